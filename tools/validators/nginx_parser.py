"""Parse nginx configuration with crossplane in strict mode: unknown directives, wrong context, wrong number of arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import crossplane

from . import _process
from ._model import Item, Problem, Verdict, Workspace, verdict

TOOL = "crossplane (nginx)"
KINDS = ("nginx",)
OUTSIDE = False
INSTALL = "comes with deploybook"
_TABLES = ("map", "geo", "split_clients", "types", "charset_map")  # what stands inside is data, no directive
_NEWER = frozenset(  # directives of nginx 1.25 to 1.29, younger than the parser's list
    "http2 http3 http3_hq http3_max_concurrent_streams http3_stream_buffer_size quic_active_connection_id_limit quic_bpf quic_gso"
    " quic_host_key quic_retry"
    " ssl_object_cache_inheritable ssl_certificate_cache keepalive_min_timeout resolver_timeout proxy_pass_trailers"
    " grpc_ssl_certificate_cache"
    " proxy_ssl_certificate_cache uwsgi_ssl_certificate_cache early_hints add_header_inherit add_trailer_inherit".split()
)
_MODULES = ("vhost_traffic_status", "headers_more", "more_set_headers", "lua_", "brotli", "otel_", "modsecurity")


def available() -> bool:
    """Say that the library is always there."""
    return True


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each file; a fragment for conf.d is read inside `http`."""
    return [_one(item.text) for item in items]


_LONGEST_LINE = 20_000  # the library's reader is slow on what no configuration holds
_MAX_TEXT = 300_000


def _one(text: str) -> Verdict:
    if len(text) > _MAX_TEXT or any(len(line) > _LONGEST_LINE for line in text.split("\n")):
        return Verdict("absent", note=f"longer than {_MAX_TEXT} characters, or a line longer than {_LONGEST_LINE}")
    whole = _wrapped(text)
    shift = whole.count("\n") - text.count("\n")
    with _process.folder({"nginx.conf": whole}) as root:
        payload = crossplane.parse(str(root / "nginx.conf"), single=True, strict=True, catch_errors=True, check_ctx=True, check_args=True)
    problems = [p for error in payload.get("errors", []) if (p := _problem(error, whole, shift)) is not None]
    return verdict(problems, good="syntax-only")


def _wrapped(text: str) -> str:
    """Return a whole configuration: a file without `events` or `http` is one that is included inside `http`."""
    starts = [line.split("#")[0].strip() for line in text.split("\n")]
    if any(line.startswith(("events", "http {", "http{", "stream", "user ", "worker_processes")) or line == "http" for line in starts):
        return text
    return "events {} http {\n" + text.rstrip("\n") + "\n}\n"


def _problem(error: dict[str, Any], text: str, shift: int) -> Problem | None:
    line = int(error.get("line") or 1)
    message = str(error.get("error", "")).partition(" in ")[0].strip() or "unreadable"
    name = message.partition('"')[2].partition('"')[0]
    elsewhere = "load_module" in text or name in _NEWER or name.startswith(_MODULES) or _inside_table(text, line)
    if elsewhere and ("unknown directive" in message or ("load_module" in text and "not allowed here" in message)):
        return None  # a module's block throws the reader out of step
    return Problem(max(1, line - (1 if shift else 0)), message)


def _inside_table(text: str, line: int) -> bool:
    """Say whether a line lies inside a block whose entries are data."""
    depth_of_table: list[bool] = []
    for row in text.split("\n")[: max(0, line - 1)]:
        code = row.partition("#")[0]
        for at, char in enumerate(code):
            if char == "{":
                words = code[:at].split()
                depth_of_table.append(bool(words) and words[0] in _TABLES)
            elif char == "}" and depth_of_table:
                depth_of_table.pop()
    return any(depth_of_table)
