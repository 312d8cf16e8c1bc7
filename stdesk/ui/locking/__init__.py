"""The password of a library for people: asked, set, and the library locked by itself."""
