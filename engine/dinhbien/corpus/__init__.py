"""Scenarios with what must be found in them, and what they would not notice."""
