"""The configuration: which file it is, what it says, and on which line it says so."""
