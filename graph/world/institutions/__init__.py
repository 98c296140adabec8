"""Companies and schools, and what work is paid."""
