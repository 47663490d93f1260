"""Scenario discovery: the conditions under which something happens."""
