"""Roles on the screen: who has a code, asking for one, the secrecy ceiling, a leader's approval."""
