"""The forces that act on every actor, one module each."""
