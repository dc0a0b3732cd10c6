"""Provider request shapes to one neutral Request. Knows no tokens and no money."""
