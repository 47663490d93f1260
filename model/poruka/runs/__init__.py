"""Runs on disk: many worlds in a folder, chunk by chunk, interrupted and resumed without loss."""
