"""The Linux archive: libraries, launcher, menu entry."""
