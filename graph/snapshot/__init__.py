"""The facts of a store, frozen as memory-mapped arrays."""
