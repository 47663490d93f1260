"""Experiments: questions as data, their runs and the folders of their results."""
