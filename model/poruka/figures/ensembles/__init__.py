"""Figures of many worlds."""
