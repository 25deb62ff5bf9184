"""Find the alerting rules of a plan, wherever they stand: rule files of Prometheus and PrometheusRule objects of its operator."""

from __future__ import annotations

from collections.abc import Iterator

from ...validators.promql import rules_of
from ...yaml12 import Map
from .._view import PlanView
from .._view.items import ArtifactView


def rules_with_file(view: PlanView) -> Iterator[tuple[ArtifactView, Map]]:
    """Yield each rule with the file it stands in."""
    for artifact in view.of_kind("prometheus-rules"):
        for document in artifact.documents:
            yield from ((artifact, rule) for rule in rules_of(document))
    for artifact in view.of_kind("kubernetes"):
        for document in artifact.documents:
            if isinstance(document, Map) and document.get("kind") == "PrometheusRule":
                yield from ((artifact, rule) for rule in rules_of(document))
