"""Nothing lost, nobody in: what the officer sees of it."""
