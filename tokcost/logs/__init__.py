"""Usage logs and bills: one module per format, all of them to entries. Knows no rates."""
