"""Price lists that others keep, read as data: never run, never fetched, never trusted beyond what they say."""
