"""Understand .NET code: projects, settings, what an application serves and reads."""
