"""Forces: one page each."""
