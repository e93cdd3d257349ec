"""What is not known: the bill over draws, and what to measure first."""
