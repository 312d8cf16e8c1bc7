"""The window of the central agency: units, packages, keys, figures of all units; no library."""
