"""Numbers as people write them, charges as they are made, and both in words."""
