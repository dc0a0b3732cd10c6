"""Budgets held against prompts: what each prompt is under its budget, and which rules it breaks."""
