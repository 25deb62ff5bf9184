"""Be the in-door: read a repository (local folder or git URL) without touching it, confined to its root, redacted at the door.

with open_repository(Source(location="path or URL"), Limits(), taint) as repo:
    for path in repo.files():
        text = repo.text(path)      # already redacted; None for what is described instead of read
    repo.commit, repo.name, repo.secrets, repo.skipped
"""

from __future__ import annotations

from .opening import open_repository
from .repository import Repository

__all__ = ["Repository", "open_repository"]
