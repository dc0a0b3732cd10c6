"""One file a format over one shared grid. No arithmetic, no counting."""
