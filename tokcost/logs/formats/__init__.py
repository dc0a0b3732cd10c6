"""Formats of logs: one file each says how it is known, where its counts stand, and what in it repeats."""
