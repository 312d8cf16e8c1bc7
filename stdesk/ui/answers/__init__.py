"""What was sent and what the centre answered."""
