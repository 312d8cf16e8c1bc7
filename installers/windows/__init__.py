"""The Windows installer: interpreter, libraries, launcher, NSIS script."""
