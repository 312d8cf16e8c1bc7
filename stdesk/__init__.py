"""STDesk: the desk of a unit's science-and-technology information officer."""

__version__ = "0.1.0"
