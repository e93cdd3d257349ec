"""A log of requests beside the bill that was said of them."""
