"""Find Jobs that the second release cannot apply: a name that stays, and a pod that changes.

What:
    A Job whose image changes with the release has a name that changes too (`generateName` with `kubectl create`, a suffix of the release),
    is deleted before it is applied, or is a hook of a tool that does so.

Why it matters in production:
    The first release works. The second one ends with "field is immutable" at the migration Job, after other objects of the folder have been
    applied: new code over the old schema.

Example:
    kustomize edit set image shop="shop:$TAG"
    kubectl apply -k k8s                 # holds Job shop-migrate

Instead:
    kubectl -n shop delete job shop-migrate --ignore-not-found
    kubectl apply -k k8s

When to ignore:
    When the Job deletes itself soon after its end (ttlSecondsAfterFinished) and releases are further apart: say so.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ..yaml12 import as_list, as_map
from ._link.kube import folder_of
from ._rule import Rule
from ._view import KubeObject, PlanView

STAYS = Rule("VAL050", "job-name-stays", "error", "A Job is applied again under the same name with another image.")
RULES = (STAYS,)

_SETS = re2.compile(r"kustomize edit set image|sed -i[^\n]*image|envsubst|yq[^\n]*image")
_HOOKED = ("helm.sh/hook", "argocd.argoproj.io/hook", "kustomize.toolkit.fluxcd.io/force")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield Jobs that are applied twice."""
    texts = [s.text for s in view.scripts]
    setting = any(_SETS.search(t) for t in texts)
    kustomized = _set_by_kustomize(view)
    if not any("kubectl apply" in t or ("kubectl" in t and " apply" in t) for t in texts):
        return
    everything = "\n".join(texts)
    for made in (o for o in view.objects if o.kind == "Job" and o.artifact is not None):
        meta = as_map(made.raw.get("metadata"))
        hooked = any(h in str(meta.get("annotations")) for h in _HOOKED)
        kept = "ttlSecondsAfterFinished" in as_map(made.raw.get("spec"))
        deleted = re2.search(rf"delete (?:job[s/ ]+|-f \S*){re2.escape(made.name)}|replace --force|delete job", everything) is not None
        images = {str(c.get("image")).partition("@")[0].rpartition(":")[0] or str(c.get("image")) for c in made.containers()}
        changes = (setting and not folder_of(made).startswith("test")) or bool(images & kustomized)
        if "name" in meta and not hooked and not kept and not deleted and changes:
            yield _told(made)


def _set_by_kustomize(view: PlanView) -> set[str]:
    """Return the images whose tag a kustomization sets."""
    return {str(as_map(i).get("name")) for a in view.of_kind("kubernetes") for i in as_list(a.root.get("images"))}


def _told(made: KubeObject) -> Finding:
    return STAYS.at(
        made.spot,
        f"{made.title} keeps its name while its image changes: the API server refuses the second apply (field is immutable).",
        line=made.line,
        quote=made.title,
        hint="Delete it before the apply, or give it a name of the release.",
    )
