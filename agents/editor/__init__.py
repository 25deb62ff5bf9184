"""Edit eleven drafts into one plan: order, summary, architecture, first page, checklist, timeline, risks."""

from .assemble import assemble, finish

__all__ = ["assemble", "finish"]
