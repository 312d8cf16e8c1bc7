"""The library on disk. The only layer that knows SQLAlchemy and SQL; it gives and takes plain records."""
