"""Helpers without a subject: files, locks, checksums, errors, progress, small statistics."""
