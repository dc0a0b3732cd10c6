"""``python -m tokcost``."""

from tokcost.cli import entry

entry()
