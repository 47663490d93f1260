"""The subject: actors and forces, the order of a month, indices, the initial state, instruments."""
