"""From texts and requests to token counts, each with its standing."""
