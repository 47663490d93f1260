"""Counterfactuals: paths not taken, run and set beside what the text expects."""
