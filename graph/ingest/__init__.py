"""Brings facts into the store: entity linking first, then nodes, edges and events."""
