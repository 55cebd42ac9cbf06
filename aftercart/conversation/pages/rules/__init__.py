"""What the shopper's page says, decided on plain data: no database, no language, no clock."""
