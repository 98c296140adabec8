"""Reads LinkedIn's "Get a copy of your data": the archive, or any single file of it."""
