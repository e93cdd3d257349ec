"""What is measured here: an endpoint, an embedding model, results of other tools' benchmarks."""
