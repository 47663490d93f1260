"""Simulation: one regime, ensembles, forked runs, outcomes, scoring and chronicles."""
