"""What was charged, compared with what it should have cost."""
