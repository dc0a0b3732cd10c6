"""Usage logs and bills: one file a format, all of them to entries. Knows no rates."""
