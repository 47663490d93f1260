"""Scenarios: reading, checking, resolving, overriding, drawing numbers, forking, saving."""
