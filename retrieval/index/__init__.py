"""Finding the vectors with the largest inner product: exact or approximate, by FAISS."""
