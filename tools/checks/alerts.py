"""Prove that alerts can fire: each metric is produced by a program that is deployed and scraped, rules are loaded, alerts reach somebody.

What:
    Every metric of a rule comes from a deployed exporter that Prometheus scrapes. The rule file is loaded, an Alertmanager is told, its
    receiver has a channel. Every scraped job has an alert for its own absence (`up == 0` or `absent`).

Why it matters in production:
    promtool accepts an alert on a metric that nobody produces, and it never fires. `changes(container_start_time_seconds[...])` is always
    0 where a restart makes a new series. A dead exporter silences all its rules at once, and the dashboard stays green.

Example:
    - alert: DatabaseDown
      expr: pg_up == 0                      # no postgres-exporter is deployed

Instead:
    deploy postgres-exporter, scrape it, and add
    - alert: TargetDown
      expr: up == 0
      for: 5m

When to ignore:
    NET011 when the metric comes from outside the plan (a shared Prometheus): name the source.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ..validators.promql import rules_of
from ..yaml12 import Map, as_list, as_map
from ._link.metrics import ALWAYS, deployed, elsewhere, exists, names_of, producers, scraped, written_nearly
from ._link.rule_files import rules_with_file
from ._rule import Rule
from ._view import PlanView
from ._view.items import ArtifactView

PRODUCER = Rule("NET011", "metric-without-producer", "error", "A rule uses a metric that no deployed and scraped program produces.")
UNLOADED = Rule("NET012", "rules-not-loaded", "error", "A rule file is not loaded, or no Alertmanager is told.")
BLIND = Rule(
    "NET013",
    "target-without-absence-alert",
    "error",
    "A scraped job has no alert for its own absence.",
    profile="review",
    foreign="warning",
)
RESTART = Rule("NET014", "restart-alert-cannot-fire", "error", "An alert counts changes of a series that a restart replaces.")
DEAF = Rule("NET015", "receiver-without-channel", "error", "An Alertmanager route leads to a receiver that tells nobody.")
UNTESTED = Rule(
    "NET016", "alert-without-test", "warning", "An alert has no unit test that makes it fire.", profile="release", confidence="medium"
)
UNFED = Rule("NET024", "alert-test-feeds-another-series", "error", "The unit test of an alert feeds none of the series that it looks at.")
RULES = (PRODUCER, UNLOADED, BLIND, RESTART, DEAF, UNTESTED, UNFED)

_CHANGES = re2.compile(r"changes\(\s*(?:container_start_time_seconds|process_start_time_seconds)\s*(?:\{[^}]*\})?\s*\[")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield alerts that cannot fire."""
    files = tuple(a for a in view.of_kind("prometheus-rules") if a.model.path not in view.origins)  # a page shows rules for one case
    hosts, services = scraped(view), deployed(view)
    recorded = {str(rule["record"]) for a in files for d in a.documents for rule in rules_of(d) if "record" in rule}
    for artifact in files:
        for document in artifact.documents:
            for rule in rules_of(document):
                yield from _rule(view, artifact, rule, hosts, services, recorded)
    yield from _loaded(view, files)
    yield from _absence(view, files)
    yield from _operated(view)
    for artifact in view.of_kind("alertmanager"):
        yield from _receivers(artifact, artifact.root)
    for artifact in view.of_kind("yaml"):  # the values of the operator's chart
        yield from _receivers(artifact, as_map(as_map(artifact.root.get("alertmanager")).get("config")))
    if not view.foreign:
        yield from _tested(view, files)
    yield from _fed(view, files)


def _rule(
    view: PlanView, artifact: ArtifactView, rule: Map, hosts: frozenset[str], services: dict[str, str], recorded: set[str]
) -> Iterator[Finding]:
    expression = str(rule.get("expr", ""))
    title = str(rule.get("alert") or rule.get("record") or "a rule")
    line = rule.line_of("expr")
    if _CHANGES.search(expression):
        yield RESTART.at(
            artifact,
            f"{title} counts changes of a start time per series: a replaced container is a new series, so the count stays 0.",
            line=line,
            quote=expression,
            hint="Aggregate the label of the instance away first: changes(max by (name) (…)[15m:1m]).",
        )
    if view.of_kind("prometheus"):
        for metric in sorted(names_of(expression) - ALWAYS - recorded):
            wrong = _unproduced(view, metric, hosts, services)
            if wrong is not None:
                hint = "Look the name up in what the exporter serves, deploy and scrape the exporter, or take the rule out."
                yield PRODUCER.at(artifact, f"{title} uses {metric}, {wrong}.", line=line, quote=expression, hint=hint)


def _unproduced(view: PlanView, metric: str, hosts: frozenset[str], services: dict[str, str]) -> str | None:
    """Say why a metric never arrives, null when it may."""
    wanted = producers(metric)
    if wanted is None:
        meant = written_nearly(view, metric)
        return f"and the plan's scripts write {meant}" if meant else None
    if not exists(metric):
        return f"and {wanted[0]} exports no metric of that name"
    running = [services[image] for image in wanted if image in services]
    aliases = {alias for name in running for alias in view.services[name][1].aliases}
    if "*" in hosts or aliases & hosts or ("prometheus" in wanted and "localhost" in hosts) or (view.foreign and elsewhere(view, hosts)):
        return None
    return f"which {wanted[0]} produces, and that is {'deployed and not scraped' if running else 'not deployed'}"


# what the operator's usual chart brings, or a pod's own pages
_BROUGHT = frozenset({"node-exporter", "kube-state-metrics", "prometheus", "alertmanager", "grafana", "cadvisor"})


def _operated(view: PlanView) -> Iterator[Finding]:
    """Where an operator loads the rules: an exporter of a store or a queue is named somewhere, or nobody runs it."""
    named = {c.get("image") for o in view.objects for c in o.containers()} | {w for s in view.scripts for c in s.calls for w in c.texts}
    text = " ".join(str(n) for n in named) + " ".join(a.text for a in view.of_kind("yaml"))
    for artifact, rule in rules_with_file(view):
        if artifact.kind != "kubernetes":
            continue
        for metric in sorted(names_of(str(rule.get("expr", ""))) - ALWAYS):
            wanted = producers(metric)
            if wanted and not _BROUGHT & set(wanted) and not any(w in text for w in wanted):
                yield PRODUCER.at(
                    artifact,
                    f"{rule.get('alert') or rule.get('record')} uses {metric}, which {wanted[0]} produces, and that is not deployed.",
                    line=rule.line_of("expr"),
                    quote=str(rule.get("expr")),
                    hint=f"Deploy and scrape {wanted[0]}, or take the rule out.",
                )


def _loaded(view: PlanView, files: tuple[ArtifactView, ...]) -> Iterator[Finding]:
    configs = view.of_kind("prometheus")
    if view.foreign and len(configs) > 1:
        yield from _loaded_by_none(configs, files)
        return
    for config in configs:
        patterns = [str(p) for p in as_list(config.root.get("rule_files"))]
        for artifact in files:
            name = artifact.installed.rpartition("/")[2]
            if not any(p.rpartition("/")[2] in (name, "*", "*.yml", "*.yaml", "*.rules", "*.rules.yml") for p in patterns):
                yield UNLOADED.at(
                    artifact,
                    f"{config.model.path} does not load {name}: none of its rules is evaluated.",
                    hint=f"Add {name} to rule_files.",
                )
        if files and not as_list(as_map(config.root.get("alerting")).get("alertmanagers")):
            yield UNLOADED.at(
                config, f"{config.model.path} names no Alertmanager: alerts fire and nobody is told.", hint="Add alerting.alertmanagers."
            )


def _loaded_by_none(configs: tuple[ArtifactView, ...], files: tuple[ArtifactView, ...]) -> Iterator[Finding]:
    """Yield the rule files that none of several configurations loads: which of them runs, somebody else's folder does not tell."""
    patterns = [str(p).rpartition("/")[2] for c in configs for p in as_list(c.root.get("rule_files"))]
    for artifact in files:
        name = artifact.installed.rpartition("/")[2]
        if not any(p == name or p.startswith("*") for p in patterns):
            yield UNLOADED.at(artifact, f"No Prometheus configuration loads {name}: none of its rules is evaluated.", hint="Add it.")


def _absence(view: PlanView, files: tuple[ArtifactView, ...]) -> Iterator[Finding]:
    expressions = [str(rule.get("expr", "")) for a in files for d in a.documents for rule in rules_of(d) if "alert" in rule]
    if not expressions:
        return
    general = any("up" in names_of(e) and "job=" not in e.replace(" ", "") for e in expressions)
    for config in view.of_kind("prometheus"):
        jobs = config.root.get("scrape_configs")
        for job, line in zip(as_list(jobs), getattr(jobs, "lines", []), strict=False):
            name = str(as_map(job).get("job_name", ""))
            if not general and not any(f'"{name}"' in e and ("up" in names_of(e) or "absent" in e) for e in expressions):
                yield BLIND.at(
                    config,
                    f"No alert tells when the job {name} is down: its rules fall silent with it.",
                    line=line,
                    quote=name,
                    hint="Add an alert on up == 0.",
                )


_SILENT = re2.compile(r"(?i)null|none|empty|black-?_?hole|dev-?_?null|no-?op|discard|drop|silen|ignore|void")  # said by its name


def _receivers(artifact: ArtifactView, root: Map) -> Iterator[Finding]:
    receivers = root.get("receivers")
    known = {}
    for receiver, line in zip(as_list(receivers), getattr(receivers, "lines", []), strict=False):
        known[str(as_map(receiver).get("name", ""))] = (as_map(receiver), line)
    for name in _routed(as_map(root.get("route"))):
        if name not in known:
            line = root.line_of("route") if "route" in root else root.line
            yield DEAF.at(artifact, f"The route leads to the receiver {name}, which is not defined.", line=line, quote=name)
        elif not _SILENT.search(name) and not any(k.endswith("_configs") and as_list(v) for k, v in known[name][0].items()):
            yield DEAF.at(
                artifact,
                f"The receiver {name} has no channel: its alerts go nowhere.",
                line=known[name][1],
                quote=name,
                hint="Add a webhook, e-mail or pager.",
            )


def _routed(route: Map) -> Iterator[str]:
    stack, seen = [route], 0
    while stack and seen < 500:
        current = stack.pop()
        seen += 1
        if isinstance(current.get("receiver"), str):
            yield str(current["receiver"])
        stack.extend(as_map(r) for r in as_list(current.get("routes")))


def _fed(view: PlanView, files: tuple[ArtifactView, ...]) -> Iterator[Finding]:
    """An alert that its test is to raise looks at series that the test never feeds: one of the two has a wrong name."""
    fed: dict[str, set[str]] = {}
    for artifact in view.of_kind("prometheus-tests"):
        for test in as_list(artifact.root.get("tests")):
            series = {n for s in as_list(as_map(test).get("input_series")) for n in names_of(str(as_map(s).get("series", "")))}
            for tried in as_list(as_map(test).get("alert_rule_test")):
                if as_list(as_map(tried).get("exp_alerts")):
                    fed.setdefault(str(as_map(tried).get("alertname")), set()).update(series)
    rules = [(a, rule) for a in files for d in a.documents for rule in rules_of(d)]
    recorded = {str(rule["record"]) for _, rule in rules if "record" in rule}
    for artifact, rule in rules:
        expression = str(rule.get("expr", ""))
        wanted = names_of(expression) - recorded
        if str(rule.get("alert")) in fed and _starved(expression, wanted, fed[str(rule["alert"])]):
            yield UNFED.at(
                artifact,
                f"The test of {rule['alert']} expects it to fire and feeds no series of {', '.join(sorted(wanted))}.",
                line=rule.line_of("expr"),
                quote=expression,
                hint="Use one name for the series, in the rule and in its test.",
            )


def _starved(expression: str, wanted: frozenset[str], fed: set[str]) -> bool:
    """Say whether a test feeds too little for its alert: one of the series of a comparison, or all where one of them would do."""
    if "absent" in expression or not wanted:
        return False
    if " or " in expression or "unless" in expression:
        return not wanted & fed
    return bool(wanted - fed - ALWAYS)


def _tested(view: PlanView, files: tuple[ArtifactView, ...]) -> Iterator[Finding]:
    tests = view.of_kind("prometheus-tests")
    tried = {
        str(as_map(t).get("alertname"))
        for a in tests
        for test in as_list(a.root.get("tests"))
        for t in as_list(as_map(test).get("alert_rule_test"))
        if as_list(as_map(t).get("exp_alerts"))
    }
    for artifact in files:
        for document in artifact.documents:
            for rule in rules_of(document):
                if "alert" in rule and str(rule["alert"]) not in tried:
                    yield UNTESTED.at(
                        artifact,
                        f"No test makes {rule['alert']} fire.",
                        line=rule.line,
                        quote=str(rule["alert"]),
                        hint="Add a promtool unit test with a series that must raise it.",
                    )
