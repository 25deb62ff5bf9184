"""Write what carries a release: the record of what runs, its proof, the way back."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from .....core.blueprint import Blueprint
from .....core.facts import Survey
from .....core.plan import Artifact
from .._jinja import render
from ..composefile import patience
from ..stores import run_as
from ._filed import filed
from .host import domain_of


def release(survey: Survey, b: Blueprint) -> Iterator[Artifact]:
    """Yield the script that remembers the running release."""
    yield filed(
        b,
        6,
        "scripts/record-release.sh",
        render("files/scripts/record-release.sh.j2"),
        "bash",
        "remembers the running release for a rollback",
        "record-release",
        ("6.1", "8.7"),
        "0755",
    )


def rollout(survey: Survey, b: Blueprint) -> Iterator[Artifact]:
    """Yield the smoke test and the rollback script."""
    stores = {s.component: run_as(s).check for s in b.stores}
    status = shlex.join(b.migration.status) if b.migration else ""
    text = render(
        "files/scripts/smoke.sh.j2",
        app=b.app,
        domain=domain_of(b),
        checks=b.smoke,
        stores=stores,
        processes=[c.name for c in b.of_kind("app")],
        migration_status=status,
    )
    yield filed(
        b, 8, "scripts/smoke.sh", text, "bash", "proves that every dependency answers; exits 1 on any miss", "smoke", ("8.2", "8.3"), "0755"
    )
    text = render("files/scripts/rollback.sh.j2", images=image_names(b), apps=[c.name for c in b.of_kind("app")], wait=patience(b))
    yield filed(
        b, 8, "scripts/rollback.sh", text, "bash", "puts the previous release back", "rollback-release", ("8.6", "8.7", "10.8"), "0755"
    )


def image_names(b: Blueprint) -> list[str]:
    """Return the names (without tag) of the images that this plan builds and applications run."""
    return list(dict.fromkeys(c.image.ref.rpartition(":")[0] for c in b.of_kind("app", "job") if c.build is not None))
