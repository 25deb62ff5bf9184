"""Understand Java and Kotlin code: builds, settings, what an application serves and reads."""
