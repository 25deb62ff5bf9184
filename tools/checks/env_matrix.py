"""Compare the matrix of variables with the code: every name that the code reads stands in it as a whole word, and no other.

What:
    The names that the survey found in the code are exactly those of the plan's matrix (topic 4.3) and of its example file. An
    abbreviation such as `SMTP_HOST/_PORT/_USER` is not a name: nobody can search for it.

Why it matters in production:
    The setting that was left out has a default that suits the author's laptop: a debug page, a local mail server, a secret key that
    everybody knows. A name that no code reads is set with care and does nothing.

Example:
    | `EMAIL_HOST/_PORT/_USER` | … |

Instead:
    | `EMAIL_HOST` | … |
    | `EMAIL_PORT` | … |
    | `EMAIL_HOST_USER` | … |

When to ignore:
    COV002 for a variable that the base image or the platform reads: name it.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.crowd import SET_BY_IMAGES, crowded
from ...core.findings import Finding
from ._link.images import built_images, forms, split_reference
from ._rule import Rule
from ._view import PlanView, SectionView, Service
from ._view.items import ArtifactView

MISSING = Rule("COV001", "variable-not-in-matrix", "error", "A variable that the code reads is missing from the matrix of variables.")
INVENTED = Rule(
    "COV002",
    "variable-read-by-nobody",
    "warning",
    "The matrix names a variable that nothing reads.",
    confidence="medium",
    profile="release",
)
NOT_GIVEN = Rule(
    "COV006",
    "required-variable-not-given",
    "error",
    "A process is not given a variable without which it does not start.",
    confidence="medium",
)
RULES = (MISSING, INVENTED, NOT_GIVEN)

_MATRIX = "4.3"
_NAME = re2.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ROW = re2.compile(r"(?m)^\s*\|\s*`([A-Za-z_][A-Za-z0-9_]*)`\s*\|")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield variables that are missing from the matrix, and rows that no code reads."""
    yield from _not_given(view)
    survey = view.survey
    answers = [t for s in view.plan.sections for t in s.topics if t.topic == _MATRIX and not t.not_applicable]
    if survey is None or not answers:
        return
    text = "\n".join(answer.text for answer in answers)
    words = _words(text)
    wanted = sorted({v.name for v in survey.env_vars if v.read_by_code})
    for name in wanted:
        if name not in words:
            yield MISSING.at(
                SectionView(4),
                f"The code reads {name}, and the matrix of variables does not list it by its whole name.",
                quote=name,
                hint="Give it a row of its own.",
            )
    known = set(wanted) | {v.name for v in survey.env_vars} | {i.name for i in view.plan.inputs}
    known |= {b.name for b in view.blueprint.env} if view.blueprint is not None else set()
    known |= {name for _, (_, service) in view.services.items() for name in service.environment}
    for match in _ROW.finditer(text):
        name = str(match.group(1))
        if name.isupper() and name not in known:
            yield INVENTED.at(
                SectionView(4),
                f"The matrix lists {name}, which neither the code nor a file of the plan reads.",
                quote=name,
                hint="Take the row out, or name who reads it.",
            )


def _not_given(view: PlanView) -> Iterator[Finding]:
    """A variable that the code must have, and that no process of the application, or only some of one image, are given."""
    if view.survey is None or view.foreign:
        return
    built = built_images(view)
    groups: dict[str, list[tuple[ArtifactView, Service]]] = {}
    for artifact, service in view.services.values():
        name, tag = split_reference(service.image or "")
        if service.build is not None or forms(tag) & built.get(name, frozenset()):
            groups.setdefault(name or service.name, []).append((artifact, service))
    everyone = [service for group in groups.values() for _, service in group]
    if not everyone or any("env_file" in service.raw for service in everyone):
        return
    read = view.survey.env_vars
    known = {v.name for v in read if v.required and v.read_by_code and v.default is None and not crowded(v, read)}
    for name in sorted(known - SET_BY_IMAGES):
        for group in groups.values():
            given = [service for _, service in group if name in service.environment]
            for artifact, service in group if given or len(groups) == 1 else ():
                if service not in given:
                    yield NOT_GIVEN.at(
                        artifact,
                        f"The code does not start without {name}, and {service.name} is not given it.",
                        line=service.line,
                        quote=name,
                        hint=f"Add {name} to its environment.",
                    )


def _words(text: str) -> frozenset[str]:
    """Return the whole words of a text; one that touches a slash is part of an abbreviation and counts only in front of it."""
    found: set[str] = set()
    for match in _NAME.finditer(text):
        before = text[match.start() - 1] if match.start() else " "
        if before != "/" or text[match.start() - 2 : match.start() - 1] in ("`", " ", ""):
            found.add(str(match.group(0)))
    return frozenset(found)
