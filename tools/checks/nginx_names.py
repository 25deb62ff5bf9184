"""Check the names and the protocols of nginx: an upstream that is defined, TLS versions that are still safe.

What:
    `proxy_pass` goes to an upstream that the configuration defines when it is meant to, and TLS 1.0 and 1.1 are off.

Why it matters in production:
    "host not found in upstream" keeps nginx from starting after the next reload of a package. TLS 1.0 fails every audit of payments.

Example:
    upstream shop { server 127.0.0.1:3000; }
    location / { proxy_pass http://shops; }

Instead:
    location / { proxy_pass http://shop; }

When to ignore:
    LNK132 when the name is a host of the network that resolves: say where.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView
from ._view.nginx import directives

NAME = Rule("LNK132", "upstream-undefined", "error", "nginx passes requests on to an upstream under another name than it is defined.")
OLD = Rule("SEC028", "tls-version-old", "error", "A server speaks TLS 1.0 or 1.1.")
RULES = (NAME, OLD)

_HOST = re2.compile(r"^(?:https?|grpc|uwsgi|fastcgi)://([A-Za-z0-9_-]+)(?:[:/;]|$)")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield names without an upstream, and old protocols."""
    for artifact in view.of_kind("nginx"):
        read = list(directives(artifact.text))
        upstreams = {d.args[0] for d in read if d.name == "upstream" and d.args}
        for directive in read:
            if directive.name.endswith("_pass") and directive.args:
                match = _HOST.match(directive.args[0])
                name = str(match.group(1)) if match is not None else ""
                near = difflib.get_close_matches(name, sorted(upstreams), n=1, cutoff=0.75) if name and name not in upstreams else []
                if near and name not in view.services and name != "localhost":
                    yield NAME.at(
                        artifact,
                        f"{directive.name} goes to {name}; the upstream is called {near[0]}.",
                        line=directive.line,
                        quote=directive.args[0],
                        hint="Use one name for both.",
                    )
            elif directive.name == "ssl_protocols":
                old = [a for a in directive.args if a in ("SSLv3", "TLSv1", "TLSv1.1")]
                if old:
                    yield OLD.at(
                        artifact,
                        f"The server speaks {', '.join(old)}.",
                        line=directive.line,
                        quote=" ".join(directive.args),
                        hint="ssl_protocols TLSv1.2 TLSv1.3;",
                    )
