"""People: who they are, what they did and can."""
