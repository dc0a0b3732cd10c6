"""Where text comes from: arguments, standard input, files, directories, globs. Not what it means."""

from tokcost.sources.find import Found, Skipped, find
from tokcost.sources.reading import Reading, Source

__all__ = ["Found", "Reading", "Skipped", "Source", "find"]
