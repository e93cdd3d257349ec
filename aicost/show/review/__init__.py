"""The page a client keeps, and the chapters behind it."""
