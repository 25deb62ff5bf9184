"""Understand PHP code bases: Composer, Laravel and Symfony settings, routes, what is read from the environment."""
