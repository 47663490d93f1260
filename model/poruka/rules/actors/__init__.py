"""The actors of a regime, one module each."""
