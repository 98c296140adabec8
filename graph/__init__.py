"""The professional graph: its facts, and what is learned from the graph alone."""
