"""The quick grid: many rows entered and corrected like a sheet."""
