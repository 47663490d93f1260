"""Figures of paired worlds."""
