"""What people write about themselves."""
