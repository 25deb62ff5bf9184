"""Read INI files (setup.cfg, alembic.ini, uwsgi.ini, supervisord.conf) and Java properties, with lines."""

from __future__ import annotations

from .document import Document, Path


def read_ini(path: str, text: str) -> Document | None:
    """Return {section: {option: value}}; options before any section stand under "". A repeated option becomes a list, in order."""
    data: dict[str, dict[str, str | list[str]]] = {}
    lines: dict[Path, int] = {}
    section, option = "", ""
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        if line[0] == "[" and line.endswith("]"):
            section, option = line[1:-1].strip(), ""
            data.setdefault(section, {})
            lines.setdefault((section,), number)
        elif raw[0] in " \t" and option:
            _append(data[section], option, line)
        else:
            option, value = _split(line)
            _put(data.setdefault(section, {}), option, value)
            where = data[section][option]
            lines[(section, option, len(where) - 1)] = number if isinstance(where, list) else lines.get((section, option), number)
            lines.setdefault((section, option), number)
    return Document(path, data, lines.get)


def _split(line: str) -> tuple[str, str]:
    cut = min((at for at in (line.find("="), line.find(":")) if at > 0), default=-1)
    return (line, "") if cut < 0 else (line[:cut].strip(), line[cut + 1 :].strip())


def _put(options: dict[str, str | list[str]], option: str, value: str) -> None:
    known = options.get(option)
    if known is None:
        options[option] = value
    elif isinstance(known, list):
        known.append(value)
    else:
        options[option] = [known, value]


def _append(options: dict[str, str | list[str]], option: str, more: str) -> None:
    known = options[option]
    if isinstance(known, list):
        known[-1] = f"{known[-1]}\n{more}".strip()
    else:
        options[option] = f"{known}\n{more}".strip()


def read_properties(path: str, text: str) -> Document | None:
    """Return {key: value} of a Java properties file; continuation lines are joined."""
    data: dict[str, str] = {}
    lines: dict[Path, int] = {}
    pending, start = "", 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip() if not pending else pending + raw.strip()
        if not pending and (not line or line[0] in "#!"):
            continue
        start = start if pending else number
        if line.endswith("\\") and not line.endswith("\\\\"):
            pending = line[:-1]
            continue
        pending = ""
        key, value = _split(line) if "=" in line or ":" in line else (line.partition(" ")[0], line.partition(" ")[2].strip())
        data[key] = value
        lines[(key,)] = start
    return Document(path, data, lines.get)
