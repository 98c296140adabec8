"""The fact store: nodes, edges, events and where each came from, in SQLite or PostgreSQL."""

from graph.store.errors import NewerSchema, StoreBusy, StoreError, StoreFull
from graph.store.store import Store

__all__ = ["NewerSchema", "Store", "StoreBusy", "StoreError", "StoreFull"]
