"""The library looked over and mended."""
