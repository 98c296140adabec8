"""Postings: who looks for whom."""
