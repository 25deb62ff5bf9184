"""Render a plan into files and write them: Markdown, JSON, artifacts."""

from .files import files, write

__all__ = ["files", "write"]
