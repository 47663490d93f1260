"""Scoring: worlds against the observed record, with proper scores and baselines that are models."""
