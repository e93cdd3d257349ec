"""What is bought for the busiest hour."""
