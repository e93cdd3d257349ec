"""How many answers people should see: sampling, thresholds, a second reviewer."""
