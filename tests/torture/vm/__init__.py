"""A machine of its own for the faults that only real file systems and real sticks have."""
