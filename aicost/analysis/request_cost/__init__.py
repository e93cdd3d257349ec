"""What one request costs: as it differs from request to request, and under a cap."""
