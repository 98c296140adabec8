"""Simple models to hold every other against: each in a file, all on what the store holds."""
