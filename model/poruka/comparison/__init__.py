"""Comparison of paired worlds: differences, tracing of causes, narrative."""
