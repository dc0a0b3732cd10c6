"""What a name says by its form alone, and names of one's own: no price, no model, no file is known here."""
