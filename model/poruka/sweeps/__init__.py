"""Sweeps: worlds at every combination of values that a user gives, as one tidy table."""
