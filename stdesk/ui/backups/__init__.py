"""Copies kept of the library: seen, made, gone back to."""
