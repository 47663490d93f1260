"""Scenario discovery: the conditions under which worlds are cases of interest."""
