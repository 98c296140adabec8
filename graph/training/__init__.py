"""Learning: what the encoder is shown, and what it is told to foretell."""
