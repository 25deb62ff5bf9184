"""Write what a reader sees first: summary, architecture with its picture, the page for the engineer on call."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.blueprint import Blueprint, Component
from ...core.facts import Survey
from ...core.plan import Step
from ...tools.markdown import code, table


def summary(survey: Survey, b: Blueprint) -> str:
    """Return two or three sentences: what is deployed, on what it depends, what the reader gets."""
    apps = b.of_kind("app")
    what = _listed([f"the {c.title} (`{c.name}`)" for c in apps]) or "no process of its own"
    stores = _listed([f"{b.component(s.component).title} (`{s.component}`)" for s in b.stores])
    where = f"one host with Docker Compose for {b.target.environment}"
    front = ", behind nginx with TLS" if b.main_web else ""
    lines = [f"This plan deploys {what} from `{survey.project}` to {where}{front}{', with ' + stores if stores else ''}."]
    backups = bool(b.of_kind("backup"))
    if b.migration:
        lines.append(f"The schema is migrated by {b.migration.tool} before each release{', after a dump' if backups else ''}.")
    lines.append(
        "Following the steps in order takes a first-time reader to a service that is proven by a smoke test, "
        f"{'backed up nightly, ' if backups else ''}watched by alerts, and one command away from its previous release."
    )
    return " ".join(lines)


def architecture(b: Blueprint) -> str:
    """Return the overview: prose, the picture made from the blueprint, and the components as a table."""
    parts = [
        _flow(b),
        f"```mermaid\n{diagram(b)}\n```",
        table(("Component", "What", "Image", "Listens", "Depends on"), [_row(c) for c in b.components if c.stack == "main"]),
    ]
    monitors = [c.name for c in b.components if c.stack == "monitoring"]
    if monitors:
        parts.append(f"The monitoring stack ({', '.join(code(m) for m in monitors)}) is a Compose project of its own; section 9 starts it.")
    return "\n\n".join(parts)


def _flow(b: Blueprint) -> str:
    if b.main_web is None:
        reach = _listed([f"`{s.component}` on port {s.port}" for s in b.stores])
        return "Nothing listens for requests: the processes below take their work from queues and schedules." + (
            f" They reach {reach} over the network `data`, which has no way out of the host." if reach else ""
        )
    web = b.component(b.main_web)
    stores = _listed([f"`{s.component}` on port {s.port}" for s in b.stores])
    return (
        "Clients reach the proxy on 443 (80 redirects). "
        f"It terminates TLS and passes requests to `{web.name}` on port {web.port} over the network `edge`. "
        + (
            f"Application containers reach {stores} over the network `data`, which has no way out of the host."
            if stores
            else f"The application keeps its data in files, on {_listed([f'the volume `{v.name}`' for v in b.state])}."
            if b.state
            else "The application keeps no data of its own."
        )
    )


def diagram(b: Blueprint) -> str:
    """Return a Mermaid flowchart of the main stack: nodes are its components, arrows its dependencies."""
    lines = ["flowchart LR"]
    main = [c for c in b.components if c.stack == "main"]
    if b.main_web:
        lines.append('  clients(["Clients"]) -->|"443 TLS"| proxy')
    shapes = {"datastore": ('[("', '")]'), "broker": ('[/"', '"/]')}
    for c in main:
        left, right = shapes.get(c.kind, ('["', '"]'))
        lines.append(f"  {_node(c.name)}{left}{c.name}<br/>{c.title}{right}")
    for c in main:
        for wanted in c.depends_on:
            port = b.component(wanted).port
            arrow = f'-->|"{port}"|' if port else "-->"
            lines.append(f"  {_node(c.name)} {arrow} {_node(wanted)}")
    return "\n".join(lines)


def _node(name: str) -> str:
    return {"end": "end_"}.get(name, name.replace("-", "_"))


def _row(c: Component) -> tuple[str, ...]:
    return code(c.name), c.title, code(c.image.ref), str(c.port or "-"), ", ".join(code(d) for d in c.depends_on) or "-"


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def first_page(b: Blueprint, steps: Sequence[Step]) -> str:
    """Return the page for 3 a.m.: where things are, how to see, how to go back, the likeliest failures."""
    compose = f"docker compose -f {b.compose_file}"
    ids = {s.id for s in steps}
    rows = [
        ("Is it up?", code(f"bash {b.deploy_dir}/scripts/smoke.sh"), "`smoke: … passed, 0 failed`"),
        ("What runs?", code(f"{compose} ps"), "every line `healthy` or `running`"),
        ("What does it say?", code(f"{compose} logs --since 15m --tail 200"), "look for the first error, not the last"),
        (
            "Go back to the previous release",
            code(f"bash {b.deploy_dir}/scripts/rollback.sh"),
            "2 min, no data lost; details: step `rollback-release`",
        ),
    ]
    if "restore-live" in ids:
        rows.append(
            (
                "Put the last dump back",
                "step `restore-live` (section 8)",
                f"loses what was written since; {b.objective('rto_minutes').value:g} min",
            )
        )
    if b.main_web:
        rows.append(("Stop taking requests", code(f"{compose} stop proxy"), "clients get a refused connection; data is safe"))
    else:
        apps = " ".join(c.name for c in b.of_kind("app"))
        rows.append(("Stop taking work", code(f"{compose} stop {apps}"), "what waits in queues stays there; data is safe"))
    return (
        "All commands run in `$REPO` on the host. Ask the on-call list of your team whom to wake; this plan names none.\n\n"
        + table(("Question", "Do", "Expect"), rows)
        + "\n\nThe likeliest failures with cause and mend stand in section 10.7."
    )
