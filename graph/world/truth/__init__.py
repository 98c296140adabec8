"""The answer sheet: what is true of held-out people."""
