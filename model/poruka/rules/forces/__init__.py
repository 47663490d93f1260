"""Forces that act on everybody, a page each."""
