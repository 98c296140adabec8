"""How likely two nodes are to be linked: what the encoder learns to tell."""
