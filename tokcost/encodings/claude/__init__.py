"""Counts text as Claude does, from a public reconstruction of its two vocabularies.

A text is normalised (``characters``), rewritten with marks for the borders and the case of words
(``marks``), and covered with as few pieces of the vocabulary as possible (``tiling``); ``units`` does
that for large texts, ``counter`` puts it behind the interface that every encoding has.
"""
