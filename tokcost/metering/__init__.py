"""Entries of logs x the price book: exact costs, added up by what they are grouped by."""
