"""Find checks that cannot fail: smoke tests and health probes that pass whatever happens.

What:
    A smoke test's exit status must depend on what it finds. `[ test ] && ok` under `set -e`, a pipeline that ends in a filter, `curl`
    without -f whose status nobody reads, a scan with exit code 0, a retry loop that falls through, a health check ending in `|| true`:
    each of them is green over a broken deployment. Every data store of the plan is touched by the smoke test.

Why it matters in production:
    Of three plans written by a strong model, two had a smoke test that passed against a maintenance page. The rollout goes on, the old
    release is removed, and the customers are the monitoring.

Example:
    set -e
    [ "$(curl -s -o /dev/null -w '%{http_code}' "$URL")" = 200 ] && echo "ok health"
    [ -n "$version" ] && echo "ok version"

Instead:
    set -e
    curl -fsS --max-time 10 "$URL" | grep -q '"status":"ok"'

When to ignore:
    NET002 and NET003 when a later line of the same script judges the result: say which.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ..yaml12 import as_list, as_map
from ._fixes import on_line
from ._link.paths import resolve
from ._link.programs import touched
from ._rule import Rule, Spot
from ._view import PlanView, ScriptView
from ._view.invocations import Invocation, of_node
from ._view.items import ArtifactView
from ._view.outcomes import always_good, cannot_fail, excused, masks
from ._view.script import Node, Script
from ._view.shell import parse

VACUOUS = Rule("NET001", "smoke-cannot-fail", "error", "A smoke test ends with status 0 whatever it finds.")
OVERLOOKED = Rule("NET002", "check-overlooked", "error", "A check stands where its failure is overlooked (`test && ok` as a statement).")
MASKED = Rule(
    "NET003", "pipeline-masks-failure", "warning", "A pipeline ends in a filter that succeeds although the command before it failed."
)
HTTP = Rule("NET004", "http-status-unread", "error", "A check asks by HTTP and reads neither the status nor the body.", foreign="warning")
PROBE = Rule("NET006", "probe-cannot-fail", "error", "A container's health check succeeds whatever happens.")
UNTOUCHED = Rule("NET007", "smoke-misses-store", "error", "The smoke test does not touch a data store of the plan.")
RULES = (VACUOUS, OVERLOOKED, MASKED, HTTP, PROBE, UNTOUCHED)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield findings about checks that cannot fail."""
    smoke = list(smoke_scripts(view))
    for script, errexit in smoke:
        yield from _script(script, script.script, errexit, view.foreign and script.step is not None)
    for script in view.scripts:
        if script.label == "verify":
            yield from _http(script, script.script)
            yield from _masked(script, script.script)
    yield from _probes(view)
    yield from _touched(view, [s for s, _ in smoke])


def smoke_scripts(view: PlanView) -> Iterator[tuple[ScriptView, bool]]:
    """Yield the scripts of the smoke test (steps of that phase, artifacts they start) and whether each is started with `set -e`."""
    started: dict[str, ArtifactView] = {}
    for step in view.steps:
        if step.model.phase != "smoke" or not step.shell:
            continue
        script = ScriptView(step, "run", step.model.run, step.base)
        calls = [c for c in step.calls if c.where == "here"]
        artifacts = [a for call in calls if (a := _artifact(view, script, call)) is not None]
        for artifact in artifacts:
            started.setdefault(artifact.model.path, artifact)
        if (not step.model.expect.stdout_contains and not step.model.expect.stdout_matches) or excused(step.run):
            yield script, True
    if view.foreign:  # its page has no phases: a script that is called so is one
        for artifact in view.of_kind("shell"):
            if "smoke" in artifact.installed.rpartition("/")[2].lower():
                started.setdefault(artifact.model.path, artifact)
    for artifact in started.values():
        yield ScriptView(artifact, "artifact", artifact.text, artifact.works_in), False


def _artifact(view: PlanView, script: ScriptView, call: Invocation) -> ArtifactView | None:
    for item in touched(call):
        path = resolve(item.word, script.base, script.script.constants)
        found = view.installed.get(path) if path is not None else None
        if found is not None and found.kind == "shell":
            return found
    return None


def _script(spot: ScriptView, script: Script, errexit: bool, read_by_person: bool = False) -> Iterator[Finding]:
    if script.unread:
        return
    if cannot_fail(script, errexit=errexit, pipefail=errexit) or (errexit and excused(script)):
        yield VACUOUS.at(
            spot,
            f"{_name(spot)} ends with status 0 whatever it finds.",
            severity="warning" if read_by_person else "error",
            hint="End with a status that depends on what was found: `exit 1` on any miss.",
        )
        return
    if errexit or "e" in script.options:
        yield from _overlooked(spot, script)
    yield from _http(spot, script)
    yield from _masked(spot, script)


def _name(spot: ScriptView) -> str:
    return f"The {spot.label} of step {spot.step}" if spot.step else str(spot.artifact or "A script")


def _overlooked(spot: Spot, script: Script) -> Iterator[Finding]:
    """Under `set -e` the failure of any but the last command of an and-list does not stop the script."""
    bodies = [script.root.parts, *[n.parts for n in script.nodes if n.kind in ("group", "subshell", "branch")]]
    for body in bodies:
        statements = [n for n in body if n.kind != "function"]
        for number, node in enumerate(statements):
            last = number == len(statements) - 1
            if (
                node.kind == "list"
                and ((not last and set(node.operators) == {"&&"} and _reports(node.parts[-1], script)) or _only_said(node))
                and not _sets_only(node)
            ):
                yield OVERLOOKED.at(
                    spot,
                    f"`test {node.operators[0]} report` as a statement: when the test fails, the script goes on and ends well.",
                    line=node.line,
                    quote=node.text,
                    hint="Write `test || { echo what failed; exit 1; }`.",
                )


def _only_said(node: Node) -> bool:
    """Say whether the failure of a test is answered by a message alone."""
    last = node.parts[-1].command
    return set(node.operators) == {"||"} and last is not None and last.name in ("echo", "printf")


def _reports(node: Node, script: Script) -> bool:
    """Say whether a statement only tells of success: echo, printf, a counter, a function that does no more."""
    if node.command is None:
        return False
    if node.command.name in script.functions:
        inner = [n for n in script.functions[node.command.name].walk() if n.command is not None]
        return all(n.command is not None and (always_good(n.command) or n.command.name in ("let", "((")) for n in inner)
    return bool(node.command.words) and always_good(node.command) and node.command.name not in ("exit", "return", "export", "set")


def _sets_only(node: Node) -> bool:
    return node.parts[0].command is not None and not node.parts[0].command.words


def _masked(spot: Spot, script: Script) -> Iterator[Finding]:
    if "pipefail" in script.options:
        return
    for node in script.root.parts:
        if masks(node) and node.parts[0].command is not None and not always_good(node.parts[0].command):
            yield MASKED.at(
                spot,
                "The pipeline's status is that of its filter: the failure of the command before it is lost without pipefail.",
                line=node.line,
                quote=node.text,
                hint="Set -o pipefail, or end with something that judges the output (grep -q).",
            )


_STATUS_READERS = ("-f", "--fail", "--fail-with-body", "--fail-early")


def _http(spot: Spot, script: Script) -> Iterator[Finding]:
    judged = _judged_nodes(script)
    for node in script.nodes:
        if node.command is None or node.kind != "command" or id(node) in judged:
            continue
        for call in of_node(node)[:1]:
            if call.name == "curl" and not _reads_status(call):
                yield HTTP.at(
                    spot,
                    "curl ends with status 0 for a 404, a 500 and a maintenance page, and nothing reads what it prints.",
                    line=call.line,
                    quote=" ".join(call.texts),
                    hint="Add -f (and -sS), or compare the status code or the body.",
                    fix=on_line(spot, call.line, "curl ", "curl --fail ", "Write `curl --fail`.", safe=False),
                )


def _reads_status(call: Invocation) -> bool:
    texts = call.texts
    if any(t in _STATUS_READERS or (t.startswith("-") and not t.startswith("--") and "f" in t[1:] and t[1:].isalpha()) for t in texts):
        return True
    return any(t.startswith(("telnet:", "file:")) for t in texts)


def _judged_nodes(script: Script) -> set[int]:
    """Return the commands whose output somebody reads: piped on, captured, or handed to the caller of a function."""
    judged: set[int] = set()
    for node in script.nodes:
        for inner in node.substitutions:  # captured: what becomes of the value is for the reader of the value
            judged |= {id(n) for n in inner.walk()}
        if node.kind == "pipeline" and len(node.parts) > 1:
            judged |= {id(n) for part in node.parts[:-1] for n in part.walk()}
    for function in script.functions.values():  # a function's output is its caller's to judge
        judged |= {id(n) for n in function.walk()}
    return judged


def _probes(view: PlanView) -> Iterator[Finding]:
    for artifact, file in view.compose:
        for service in file.services.values():
            stated = as_map(service.raw.get("healthcheck"))
            text = _probe_text(stated.get("test"))
            if text is not None and cannot_fail(parse(text), errexit=False, pipefail=False):
                yield PROBE.at(
                    artifact,
                    f"The health check of {service.name} succeeds whatever happens.",
                    line=stated.line_of("test"),
                    quote=text,
                    hint="Ask the process itself.",
                )
    yield from _pods(view)
    for artifact in view.of_kind("dockerfile"):
        final = artifact.dockerfile.final
        health = final.last("HEALTHCHECK") if final is not None else None
        text = health.text.partition("CMD")[2].strip() if health is not None and "CMD" in health.text else None
        if health is not None and text and not text.startswith("[") and cannot_fail(parse(text), errexit=False, pipefail=False):
            yield PROBE.at(
                artifact,
                "The image's health check succeeds whatever happens.",
                line=health.line,
                quote=text,
                hint="Ask the process itself.",
            )


def _pods(view: PlanView) -> Iterator[Finding]:
    for made in view.objects:
        for container in made.containers("containers"):
            for kind in ("livenessProbe", "readinessProbe", "startupProbe"):
                asked = as_map(as_map(container.get(kind)).get("exec"))
                words = [str(w) for w in as_list(asked.get("command"))]
                if len(words) == 3 and words[1] == "-c" and cannot_fail(parse(words[2]), errexit=False, pipefail=False):
                    yield PROBE.at(
                        made.spot,
                        f"The {kind} of {made.title} succeeds whatever happens.",
                        line=asked.line_of("command") + made.shift,
                        quote=words[2],
                        hint="Let its status be that of the question.",
                    )


def _probe_text(test: object) -> str | None:
    if isinstance(test, str):
        return test.replace("$$", "$")
    if isinstance(test, list) and test and test[0] == "CMD-SHELL":
        return str(test[1]).replace("$$", "$") if len(test) > 1 else None
    if isinstance(test, list) and test and test[0] == "CMD":
        return " ".join(f"'{t}'" if " " in str(t) else str(t) for t in test[1:]).replace("$$", "$")
    return None


def _touched(view: PlanView, smoke: list[ScriptView]) -> Iterator[Finding]:
    blueprint = view.blueprint
    if view.foreign or not smoke:
        return
    text = "\n".join(script.text for script in smoke)
    words = set(text.replace("'", " ").replace('"', " ").split())
    if blueprint is None:
        yield from _unnamed(view, smoke, words)
        return
    for store in blueprint.stores:
        if store.component not in words and not any(c.kind == "store" and c.component == store.component for c in blueprint.smoke):
            yield UNTOUCHED.at(
                smoke[0],
                f"The smoke test does not touch {store.component} ({store.kind}).",
                quote=store.component,
                hint="Query it through the application or in its container.",
            )


_STORES = frozenset({"postgres", "mysql", "mariadb", "mongo", "redis", "valkey", "rabbitmq"})


def _unnamed(view: PlanView, smoke: list[ScriptView], words: set[str]) -> Iterator[Finding]:
    """Where the design is not at hand, every container of a well-known data store that starts by itself counts as one."""
    for name, (_, service) in view.services.items():
        image = (service.image or "").partition("@")[0].rpartition("/")[2].partition(":")[0]
        if image in _STORES and "entrypoint" not in service.raw and not service.names("profiles") and name not in words:
            yield UNTOUCHED.at(
                smoke[0],
                f"The smoke test does not touch {name} ({image}).",
                quote=name,
                hint="Query it through the application or in its container.",
            )
