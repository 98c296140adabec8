"""Nodes as numbers."""
