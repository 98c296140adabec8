"""One file a format: turns a file people really have into facts, and touches nothing else."""
