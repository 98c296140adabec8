"""What companies write in postings."""
