"""Says what is wrong with a graph, or with a model of it, and what to do about it."""
