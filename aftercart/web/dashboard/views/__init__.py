"""What answers each address: ask queries, call actions, render."""
