"""What was charged, held against what it should have cost."""
