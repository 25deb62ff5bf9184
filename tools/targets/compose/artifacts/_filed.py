"""Make one artifact of a Compose plan: where it lies in the plan, where it goes in the repository."""

from __future__ import annotations

from .....core.base import sha256
from .....core.blueprint import Blueprint
from .....core.plan import Artifact


def filed(
    blueprint: Blueprint,
    section: int,
    path: str,
    content: str,
    language: str,
    purpose: str,
    step: str,
    topics: tuple[str, ...],
    mode: str = "0644",
) -> Artifact:
    """Return the artifact of one file; `path` is relative to the deploy folder, `topics` are the ones that its section answers with it."""
    return Artifact.model_validate(
        {
            "path": f"artifacts/{path}",
            "install_to": f"{blueprint.deploy_dir}/{path}",
            "language": language,
            "content": content,
            "purpose": purpose,
            "mode": mode,
            "step": step,
            "section": section,
            "sha256": sha256(content),
            "topics": topics,
        }
    )
