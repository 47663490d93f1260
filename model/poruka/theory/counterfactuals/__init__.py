"""Counterfactuals: paths not taken, simulated and compared with the expectations of the text."""
