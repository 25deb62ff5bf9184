"""Plan section 4: secrets, the environment matrix, connection strings, rotation."""

from __future__ import annotations

from ...core.blueprint import Blueprint, EnvBinding
from ...core.facts import Survey
from ...core.plan import SectionDraft
from ...tools.markdown import code
from ._revision import Revision
from ._section import drafted


def plan(survey: Survey, blueprint: Blueprint, revision: Revision) -> SectionDraft:
    """Return the draft of section 4."""
    read = [e for e in blueprint.env if e.read_by_code]
    return drafted(
        "configuration",
        survey,
        blueprint,
        revision,
        secrets=[i for i in blueprint.inputs if i.kind == "secret"],
        env_rows=[_row(e) for e in read],
        unread=[code(e.name) for e in blueprint.env if not e.read_by_code],
        connection_rows=[
            (code(e.name), code(_hidden(blueprint, e)))
            for e in read
            if e.source == "derived" and "://" in str(e.value) and "DOMAIN" not in str(e.value)
        ],
        key_rows=[_key(blueprint, e) for e in read if e.source in ("secret", "input") and e.secret],
    )


def _row(e: EnvBinding) -> tuple[str, ...]:
    value = {"unset": "(not set)", "secret": "`<REDACTED>`"}.get(e.source) or code(
        e.value if e.source == "literal" else f"${{{e.value}}}" if e.source == "input" else e.value
    )
    default = "`<REDACTED>`" if e.secret and e.default else code(e.default)
    return (
        code(e.name),
        ", ".join(e.components),
        f"{value}: {e.why}",
        "yes" if e.required else "no",
        default,
        e.effect_if_wrong or "-",
        code(e.evidence[0].at()) if e.evidence else "-",
    )


def _hidden(blueprint: Blueprint, e: EnvBinding) -> str:
    """Return a connection string with `<REDACTED>` in place of every secret input."""
    text = str(e.value)
    for wanted in blueprint.inputs:
        if wanted.kind == "secret":
            text = text.replace(f"${{{wanted.name}}}", "<REDACTED>")
    return text


def _key(blueprint: Blueprint, e: EnvBinding) -> tuple[str, str, str]:
    made = next((i for i in blueprint.inputs if i.name == e.value), None)
    origin = f"made on the host by {code(made.generate)}" if made and made.generate else (made.obtain or "-") if made else "-"
    return code(e.name), origin, "every 90 days, and at once when someone with access leaves"
