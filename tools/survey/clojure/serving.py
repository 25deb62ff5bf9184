"""Find what serves a Clojure project: Ring adapters, http-kit, Pedestal, Luminus; and the port it binds."""

from __future__ import annotations

from dataclasses import dataclass

from ..evaluated import UNKNOWN, Value, port_in
from ..parsers.edn import Form
from ..view import View
from .projects import Project, edn, files, settings_files
from .reading import worth

Place = tuple[str, int]
_LOADED = (  # (framework, namespaces that load it, dependencies that bring it)
    ("pedestal", ("io.pedestal.http", "io.pedestal.connector"), ("io.pedestal:pedestal.service", "io.pedestal:pedestal.jetty")),
    ("kit", ("kit.edge.server", "kit.config"), ("io.github.kit-clj:kit-core",)),
    ("luminus", ("luminus.http-server", "luminus.repl-server"), ("luminus:ring-undertow-adapter", "luminus-immutant:luminus-immutant")),
    ("biff", ("com.biffweb",), ("com.biffweb:biff",)),
    ("yada", ("yada.yada",), ("yada:yada",)),
    ("aleph", ("aleph.http",), ("aleph:aleph",)),
    ("http-kit", ("org.httpkit.server",), ("http-kit:http-kit",)),
    (
        "ring",
        ("ring.adapter.", "ring.middleware", "ring.util", "compojure.core", "reitit.ring", "ring.core"),
        ("ring:ring", "ring:ring-core"),
    ),
)
_STARTS = ("run-jetty", "run-server", "run-undertow", "run-http-server", "start-server", "run", "start", "http/start", "serve")
_DEFAULTS = {"ring": 3000, "http-kit": 8090, "pedestal": 8080, "luminus": 3000}


@dataclass(frozen=True, slots=True)
class Serving:
    """Be what serves: framework, the line that loads it, the bound port."""

    framework: str
    at: Place
    port: Value = UNKNOWN

    @property
    def default_port(self) -> int | None:
        """Return the port that the framework's documents give where the code names none."""
        return _DEFAULTS.get(self.framework)


def serving(view: View, project: Project) -> Serving | None:
    """Return what serves the project, None where nothing does."""
    known = [d.name for d in project.dependencies if not d.development]
    for framework, namespaces, _ in _LOADED:
        for path in files(view, project.folder):
            if not view.holds(path, *namespaces):
                continue
            number = next((n for w in namespaces if (n := view.find(path, w))), 1)
            luminus = framework in ("ring", "http-kit") and any(n.startswith(("luminus", "luminus-")) for n in known)
            return Serving("luminus" if luminus else framework, (path, number), _port(view, project))
    return None


def _port(view: View, project: Project) -> Value:
    """Return the port that the call which starts the server names, else that of the settings."""
    fallback = UNKNOWN
    for path in files(view, project.folder):
        top = edn(view, path) if view.holds(path, ":port", "::http/port", "http/port") else None
        for form in top.walk() if top is not None else ():
            value = _stated(path, form)
            if port_in(value.text) is not None:
                return Value(str(port_in(value.text)), value.at, value.env)
            fallback = value if value.env and not fallback.env else fallback
    for path in settings_files(view, project.folder):
        settings = edn(view, path) if view.holds(path, ":port") else None
        table = next((f for f in settings.items if f.kind == "{"), None) if settings is not None else None
        for keys in (("port",), ("http", "port"), ("server", "port"), ("web", "port"), ("webserver", "port"), ("server/http", "port")):
            value = worth(path, table.get(*keys)) if table is not None else UNKNOWN
            if port_in(value.text) is not None:
                return Value(str(port_in(value.text)), value.at, value.env)
    return fallback


def _stated(path: str, form: Form) -> Value:
    """Return the port of `(run-jetty app {:port 3000})`, of a map with `::http/port`, or of `(def port 3000)` beside them."""
    if form.kind == "(" and form.head.rpartition("/")[2] in _STARTS:
        for item in form.items[1:]:
            if item.kind == "{" and (port := item.get("port")) is not None:
                return worth(path, port)
    if form.kind == "{" and (port := form.get("http/port") or form.get("io.pedestal.http/port")) is not None:
        return worth(path, port)
    if form.head == "def" and len(form.items) > 2 and form.items[1].text in ("port", "default-port", "http-port"):
        return worth(path, form.items[-1])
    if form.head == "or":
        read = worth(path, form)
        return read if any(n.lower().endswith("port") and "nrepl" not in n.lower() for n in read.env) else UNKNOWN
    if form.head == "let" and len(form.items) > 1 and form.items[1].kind == "[":
        names = form.items[1].items
        for name, value in zip(names[::2], names[1::2], strict=False):
            if name.text == "port":
                return worth(path, value)
    return UNKNOWN


def main_namespace(view: View, project: Project) -> tuple[str, Place] | None:
    """Return (namespace, line) of the file that defines `-main`: the project's own main one first."""
    found: list[tuple[str, Place]] = []
    for path in files(view, project.folder):
        if not view.holds(path, "-main"):
            continue
        top = edn(view, path)
        forms = top.items if top is not None else []
        space = next((f for f in forms if f.head == "ns" and len(f.items) > 1), None)
        main = next((f for f in forms if f.head in ("defn", "def") and len(f.items) > 1 and f.items[1].text == "-main"), None)
        if space is not None and main is not None:
            found.append((space.items[1].text, (path, main.line)))
    return next((f for f in found if f[0] == project.main), found[0] if found else None)
