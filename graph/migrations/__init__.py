"""Alembic migrations of the fact store, oldest first; never edited once released."""
