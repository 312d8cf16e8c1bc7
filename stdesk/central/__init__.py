"""The agency's side: what units send, merged, counted and answered."""
