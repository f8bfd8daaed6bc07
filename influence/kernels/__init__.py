"""Compiled inner loops: arrays and scalars in, arrays out."""
