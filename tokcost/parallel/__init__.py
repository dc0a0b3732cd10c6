"""Large inputs on all cores: files in byte ranges, processes in order, the same totals as one process."""
