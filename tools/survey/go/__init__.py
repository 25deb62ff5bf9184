"""Understand Go code: modules, main packages, values, what a program serves and reads."""
