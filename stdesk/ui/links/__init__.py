"""The sides of a record that show what it is linked to."""
