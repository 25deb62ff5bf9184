"""Parse nginx configuration with crossplane in strict mode: unknown directives, wrong context, wrong number of arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import crossplane
import re2

from . import _process
from ._model import Item, Problem, Verdict, Workspace, verdict

TOOL = "crossplane (nginx)"
KINDS = ("nginx",)
OUTSIDE = False
INSTALL = "comes with deploybook"
_TABLES = ("map", "geo", "split_clients", "types", "charset_map", "match")  # what stands inside is data, no directive
_NEWER = frozenset(  # directives of nginx 1.17 to 1.29, younger than the parser's list
    "http2 http3 http3_hq http3_max_concurrent_streams http3_stream_buffer_size quic_active_connection_id_limit quic_bpf quic_gso"
    " quic_host_key quic_retry"
    " keepalive_time proxy_cookie_flags ssl_reject_handshake ssl_conf_command proxy_ssl_conf_command grpc_ssl_conf_command"
    " uwsgi_ssl_conf_command userid_flags auth_delay max_errors mp4_start_key_frame proxy_smtp_auth proxy_half_close ssl_alpn ssl_ocsp"
    " ssl_ocsp_cache ssl_ocsp_responder mgmt state_path pass"
    " ssl_object_cache_inheritable ssl_certificate_cache keepalive_min_timeout resolver_timeout proxy_pass_trailers"
    " grpc_ssl_certificate_cache"
    " proxy_ssl_certificate_cache uwsgi_ssl_certificate_cache early_hints add_header_inherit add_trailer_inherit".split()
)
_MODULES = tuple(
    "vhost_traffic_status headers_more more_set_headers lua_ brotli otel_ modsecurity js_ geoip2 fancyindex rtmp".split()
)


def available() -> bool:
    """Say that the library is always there."""
    return True


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each file; a fragment for conf.d is read inside `http`."""
    return [_one(item.text) for item in items]


_TEMPLATE = ("{{", "{%", "<%")
_OUT_OF_STEP = re2.compile(r"is not terminated|unknown directive \"[^\w\"]|unexpected")  # what follows is misread, and one cause is enough
_LONGEST_LINE = 20_000  # the library's reader is slow on what no configuration holds
_MAX_TEXT = 300_000


def _one(text: str) -> Verdict:
    if any(sign in text for sign in _TEMPLATE):
        return Verdict("absent", note="a template: it is a configuration only after a generator has filled it in")
    if len(text) > _MAX_TEXT or any(len(line) > _LONGEST_LINE for line in text.split("\n")):
        return Verdict("absent", note=f"longer than {_MAX_TEXT} characters, or a line longer than {_LONGEST_LINE}")
    tried = [_read(whole, whole.count("\n") - text.count("\n")) for whole in _wrapped(text)]
    return verdict(min(tried, key=len), good="syntax-only")


def _read(whole: str, shift: int) -> list[Problem]:
    with _process.folder({"nginx.conf": whole}) as root:
        payload = crossplane.parse(str(root / "nginx.conf"), single=True, strict=True, catch_errors=True, check_ctx=True, check_args=True)
    problems = [p for error in payload.get("errors", []) if (p := _problem(error, whole, shift)) is not None]
    lost = next((n for n, p in enumerate(problems) if _OUT_OF_STEP.search(p.message)), None)
    return problems if lost is None else problems[: lost + 1]


_AROUND = ("events {} http {\n%s\n}\n", "events {} http { server {\n%s\n} }\n", "events {} http { server { location / {\n%s\n} } }\n")


def _wrapped(text: str) -> list[str]:
    """Return whole configurations: a file without `events` or `http` is included inside `http`, one of its servers or a location."""
    starts = [line.split("#")[0].strip() for line in text.split("\n")]
    if any(line.startswith(("events", "http {", "http{", "stream", "user ", "worker_processes")) or line == "http" for line in starts):
        return [text]
    return [around.replace("%s", text.rstrip("\n")) for around in _AROUND]


def _problem(error: dict[str, Any], text: str, shift: int) -> Problem | None:
    line = int(error.get("line") or 1)
    message = str(error.get("error", "")).partition(" in ")[0].strip() or "unreadable"
    name = message.partition('"')[2].partition('"')[0]
    if name.startswith("${") and "invalid value" in message:
        return None  # filled in when the container starts
    elsewhere = "load_module" in text or name in _NEWER or name.startswith(_MODULES) or "_by_lua" in name or _inside_table(text, line)
    if elsewhere and ("unknown directive" in message or ("load_module" in text and "not allowed here" in message)):
        return None  # a module's block throws the reader out of step
    return Problem(max(1, line - (1 if shift else 0)), message)


def _inside_table(text: str, line: int) -> bool:
    """Say whether a line lies inside a block whose entries are data."""
    depth_of_table: list[bool] = []
    before: list[str] = []
    for row in text.split("\n")[: max(0, line - 1)]:
        code = row.partition("#")[0]
        for at, char in enumerate(code):
            if char == "{":
                words = code[:at].split() or before
                depth_of_table.append(bool(words) and words[0] in _TABLES)
            elif char == "}" and depth_of_table:
                depth_of_table.pop()
        before = code.split() or before
    return any(depth_of_table)
