"""Actors: one page each."""
