"""Conditions on customers: parsed from text, never executed."""
