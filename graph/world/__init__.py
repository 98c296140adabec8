"""A professional world made from a seed: people, jobs, network and behaviour, the truth known."""
