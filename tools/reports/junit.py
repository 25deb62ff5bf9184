"""Write JUnit XML: one test case a rule, failed by its errors; warnings stand in its output, ignored findings are counted as skipped."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from ..checks import rules
from ._model import Placed, Report


def render(report: Report) -> str:
    """Return the document."""
    found: dict[str, list[Placed]] = {}
    for placed in report.placed:
        found.setdefault(placed.finding.code, []).append(placed)
    suite = ET.Element("testsuite", {"name": f"deploybook check ({report.profile})"})
    counts = {"tests": 0, "failures": 0, "skipped": 0, "errors": 0}
    for code in sorted({*rules(), *found}):
        case = _case(code, found.get(code, []))
        suite.append(case)
        counts["tests"] += 1
        counts["failures"] += case.find("failure") is not None
        counts["skipped"] += case.find("skipped") is not None
    for name, value in counts.items():
        suite.set(name, str(value))
    root = ET.Element("testsuites", {name: str(value) for name, value in counts.items()})
    root.append(suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _case(code: str, found: list[Placed]) -> ET.Element:
    rule = rules().get(code)
    family = rule[0].family if rule is not None else "other"
    name = f"{code} {rule[0].name}" if rule is not None else code
    case = ET.Element("testcase", {"classname": f"deploybook.{family}", "name": name, "time": "0"})
    errors = [p for p in found if p.finding.severity == "error" and p.finding.ignored is None]
    others = [p for p in found if p.finding.severity != "error" and p.finding.ignored is None]
    ignored = [p for p in found if p.finding.ignored is not None]
    if errors:
        failure = ET.SubElement(case, "failure", {"type": code, "message": _clean(errors[0].finding.message)})
        failure.text = "\n".join(_line(placed) for placed in errors)
    elif ignored:
        ET.SubElement(case, "skipped", {"message": _clean("; ".join(sorted({p.finding.ignored or "" for p in ignored})))})
    if others:
        ET.SubElement(case, "system-out").text = "\n".join(_line(placed) for placed in others)
    return case


def _line(placed: Placed) -> str:
    place = f"{placed.path}:{placed.line}: " if placed.path is not None else ""
    return _clean(f"{place}{placed.finding.severity}: {placed.finding.message} {placed.finding.hint}".strip())


def _clean(text: str) -> str:
    """Return the text without the control characters that XML 1.0 cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufffe\uffff"))
