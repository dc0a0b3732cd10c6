"""One module per format over one shared grid. No arithmetic, no counting."""
