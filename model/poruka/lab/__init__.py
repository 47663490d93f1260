"""The laboratory: runs on disk and what is asked of many of them."""
