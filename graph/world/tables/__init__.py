"""A world as the tables of the table format."""
