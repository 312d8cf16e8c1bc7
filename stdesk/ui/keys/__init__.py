"""The unit's key and the centre's list of keys."""
