"""Understand Ruby code bases: bundles, Rails settings, routes, what is read from the environment."""
