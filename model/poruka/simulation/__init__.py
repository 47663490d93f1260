"""Simulation: the runner, ensembles, one regime as a Mesa model, outcomes, scoring, chronicle."""
