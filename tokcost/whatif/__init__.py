"""What a change would do to what was spent."""
