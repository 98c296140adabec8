"""The roof: command line, web UI, batch, settings, and the layout of things on disk."""
