"""Documents by the million: large inputs in parts, counted in parallel, here or on a cluster."""
