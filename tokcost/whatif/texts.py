"""Kinds of text that ratios between vocabularies are measured for."""

TEXTS = ("english", "code", "json", "korean")
