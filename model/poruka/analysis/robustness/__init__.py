"""Robustness: arms that change what a result should not hang on, and what they do to it."""
