"""Scenarios: reading, validating, changing, drawing parameters, forking and saving them."""
