"""What makes a notebook live: exercises, a slider, tables of times."""
