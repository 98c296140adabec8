"""The report on a synthetic world: what it is like, and how far simple models get in it."""
