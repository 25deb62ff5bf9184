"""Render a plan into files and write them: Markdown, JSON, artifacts."""

from .files import files
from .writing import refuse_foreign, write

__all__ = ["files", "refuse_foreign", "write"]
