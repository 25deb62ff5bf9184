"""Let nginx test its own configuration (`nginx -t`), with stand-ins for certificates, hosts and paths that exist only in the container."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import crossplane
import re2
from crossplane.analyzer import DIRECTIVES

from . import _process
from ._model import Item, Problem, Verdict, Workspace, absent, of_older_tool, verdict

TOOL = "nginx"
KINDS = ("nginx",)
OUTSIDE = True
INSTALL = "apt-get install nginx-light (the program alone is enough, no server needs to run)"
_FILES = ("ssl_certificate", "ssl_certificate_key", "ssl_trusted_certificate", "ssl_client_certificate", "proxy_ssl_trusted_certificate")
_LOGS = ("access_log", "error_log")
_PASSING = ("proxy_pass", "fastcgi_pass", "uwsgi_pass", "grpc_pass")
_HOST = re2.compile(r"^((?:[a-z]+://)?)([A-Za-z][A-Za-z0-9_-]*)(:\d+)?(/.*)?$")
_EMERGENCY = re2.compile(r"\[emerg\] (?:\d+#\d+: )?(.*?)(?: in \S+?:(\d+))?$")
_UNKNOWN = re2.compile(r"unknown directive \"([a-z0-9_]+)\"")


def available() -> bool:
    """Say whether nginx can be started, and openssl for the stand-in certificate."""
    return _process.find(TOOL) is not None and _process.find("openssl") is not None


@cache
def _version() -> str:
    with _process.folder({}) as root:
        return _process.run([_process.find(TOOL) or TOOL, "-v"], root, timeout=10).err


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each whole configuration; a fragment is left to the parser."""
    program, openssl = _process.find(TOOL), _process.find("openssl")
    if program is None or openssl is None:
        return absent(items, INSTALL)
    with _process.folder({}) as root:
        made = _process.run(
            [
                openssl,
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=stand-in",
                "-keyout",
                "key.pem",
                "-out",
                "cert.pem",
            ],
            root,
        )
        if made.status != 0:
            return absent(items, "openssl could not make the stand-in certificate")
        return [of_older_tool(_one(program, item, root), TOOL, _version(), workspace.versions.get("nginx")) for item in items]


def _one(program: str, item: Item, root: Path) -> Verdict:
    if "http" not in item.text or "events" not in item.text:
        return Verdict("absent", note="a fragment: it is tested with the file that includes it")
    if "load_module" in item.text:
        return Verdict("absent", note="it loads a module, whose directives this nginx does not know")
    source = root / "source.conf"
    source.write_text(item.text, "utf-8")
    payload = crossplane.parse(str(source), single=True, strict=False, catch_errors=True)
    if payload.get("errors") or not payload.get("config"):
        return Verdict("absent", note="its parser could not read it, so no stand-ins could be put in")
    blocks = [
        _with_stand_ins(block, root)
        for block in payload["config"][0]["parsed"]
        if block["directive"] not in ("user", "pid", "daemon", "load_module")
    ]
    (root / "nginx.conf").write_text(crossplane.build(blocks) + "\n", "utf-8")
    done = _process.run(
        [program, "-t", "-q", "-p", str(root), "-c", str(root / "nginx.conf"), "-g", f"pid {root}/nginx.pid;", "-e", "stderr"], root
    )
    if done.status == 0:
        return verdict(())
    if done.status is None:
        return Verdict("absent", note=done.err)
    problems = [_problem(line, root) for line in done.err.splitlines() if "[emerg]" in line]
    lacking = [p for p in problems if (word := _UNKNOWN.search(p.message)) is not None and str(word.group(1)) in DIRECTIVES]
    if lacking:
        return Verdict("absent", note=f"this nginx was built without the module of it: {lacking[0].message}")
    return verdict(problems or [Problem(1, done.err.strip().partition("\n")[0] or f"exit status {done.status}")])


def _with_stand_ins(block: dict[str, Any], root: Path) -> dict[str, Any]:
    directive, args = str(block["directive"]), [str(a) for a in block.get("args", [])]
    if directive in _FILES and args and not args[0].startswith("$"):
        args = [str(root / ("key.pem" if directive.endswith("_key") else "cert.pem"))]
    elif directive in _LOGS and args and args[0] != "off":
        args = [str(root / "log"), *args[1:]]
    elif directive == "include" and args and not Path(args[0]).is_file():
        return {
            "directive": "#",
            "args": [],
            "line": block.get("line", 1),
            "comment": " an included file that exists only in the container",
        }
    elif (directive in _PASSING and args) or (directive == "server" and args and "block" not in block):
        args = [_local(args[0]), *args[1:]]
    changed = {**block, "args": args}
    if "block" in block:
        changed["block"] = [_with_stand_ins(inner, root) for inner in block["block"]]
    return changed


def _local(text: str) -> str:
    """Return an address with its host name replaced by one that resolves, unless it is one of the file's own upstreams."""
    match = _HOST.match(text)
    if match is None or match.group(3) is None:
        return text
    return f"{match.group(1)}127.0.0.1{match.group(3)}{match.group(4) or ''}"


def _problem(line: str, root: Path) -> Problem:
    match = _EMERGENCY.search(line.strip())
    message = str(match.group(1)) if match is not None else line.strip()
    return Problem(1, message.replace(str(root) + "/", "")[:300])
