"""Neighbourhoods of nodes, sampled."""
