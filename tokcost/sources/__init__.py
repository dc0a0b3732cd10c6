"""Where text comes from: arguments, standard input, files, directories, globs. Not what it means."""

from tokcost.sources.find import Found, Skipped, find
from tokcost.sources.reading import Readable, Reading, Source

__all__ = ["Found", "Readable", "Reading", "Skipped", "Source", "find"]
