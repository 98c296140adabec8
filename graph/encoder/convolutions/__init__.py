"""Convolutions, one family a file: how a node makes one message of the neighbours of a relation."""
