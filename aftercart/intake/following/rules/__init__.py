"""When to ask after a parcel, whom, and how much may be asked. Pure."""
