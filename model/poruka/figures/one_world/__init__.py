"""Figures of one world."""
