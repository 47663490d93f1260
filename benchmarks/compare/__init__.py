"""The laboratory's estimates beside those of other libraries, on the same data."""
