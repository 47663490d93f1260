"""Actors of a regime, a page each."""
