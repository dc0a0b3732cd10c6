"""Many texts counted and priced: those of ``count``, one row each, and the documents of ``corpus``."""
