"""Choosing jobs and people: candidates, ranker, calibration, explanations as data."""
