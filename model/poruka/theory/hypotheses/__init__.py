"""The bench of hypothesis tests: the theses of the text put to tests that can fail."""
