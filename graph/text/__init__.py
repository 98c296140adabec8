"""Texts of nodes, and what turns them into vectors."""
