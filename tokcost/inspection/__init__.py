"""What the tool itself knows, as reports: models and their prices, price files, encodings, the tokens of a text."""
