"""The prompts of a budget: which files and keys they are, and how many tokens each has."""
