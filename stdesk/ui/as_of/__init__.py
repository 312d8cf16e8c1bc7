"""The library as it was on a day."""
