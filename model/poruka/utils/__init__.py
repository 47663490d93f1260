"""Files, locks, checksums, errors, progress, small statistics."""
