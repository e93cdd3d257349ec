"""What a bill means: how it grows, where it ends, what moves it, what else would do."""
