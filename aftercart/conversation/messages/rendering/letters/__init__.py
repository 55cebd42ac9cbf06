"""What each mail says. Every function takes the `Focus` and returns a `Letter`."""
