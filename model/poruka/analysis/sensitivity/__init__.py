"""Sensitivity: screening, variance decomposition, main effects."""
