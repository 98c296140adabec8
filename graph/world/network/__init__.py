"""Who knows whom, and what people write to each other."""
