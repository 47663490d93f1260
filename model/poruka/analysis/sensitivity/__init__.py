"""Sensitivity analysis: screening, variance decomposition, main effects."""
