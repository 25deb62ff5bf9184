"""Detect Ruby web applications (Rails, Sinatra, Hanami, Grape, Roda, plain Rack), the server that runs them, and plain Ruby programs."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact
from ..detector import View, module, process
from ..evaluated import port_in
from ..ruby.bundle import Bundle, bundles, ruby_file
from ..ruby.serving import DEFAULTS, Serving, serving
from ..ruby.sources import files
from ..shapes import Process
from ..view import join

_PROGRAMS = ("main.rb", "app.rb", "server.rb", "bot.rb", "run.rb", "start.rb")
_CHECKS = {"spec", "test", "rubocop", "standard", "lint", "build", "install", "yard", "cucumber", "features"}


def detect(view: View) -> Iterator[Fact]:
    """Yield the framework that the code loads, the port that it binds, and the process that starts it."""
    for folder, bundle in bundles(view).items():
        found = serving(view, bundle)
        if found is not None:
            yield from _served(view, folder, found)
        elif not bundle.library and bundle.file is not None:
            plain = _program(view, bundle) or _rake(view, bundle)
            if plain is not None:
                yield process(plain)


def _served(view: View, folder: str, found: Serving) -> Iterator[Fact]:
    at = view.evidence(*found.at)
    if found.framework:
        yield module(folder, "framework", found.framework, at, language="ruby")
    evidence = [at]
    port = port_in(found.port.text)
    if port is not None and found.port.at is not None:
        evidence.append(view.evidence(*found.port.at, "port"))
    variable = found.port.port_env
    if port is None and found.default_port and not variable:
        yield module(folder, "default_port", found.default_port, at, language="ruby")
    if found.framework == "sinatra" and not found.script and at.path.endswith(".rb"):  # for who starts the file itself
        yield module(folder, "default_port", DEFAULTS["sinatra"], at, language="ruby", confidence="medium")
    yield process(
        Process(
            origin="script" if found.script else "framework",
            path=folder,
            role="web",
            language="ruby",
            runtime="ruby",
            framework=found.framework,
            server=found.server,
            command=found.command,
            listens=True,
            port=port if found.port.at is not None else None,
            port_env=variable,
            evidence=tuple(evidence),
        )
    )


def _program(view: View, bundle: Bundle) -> Process | None:
    """Return the process of a code base whose main program stands at its top under a usual name."""
    for name in _PROGRAMS:
        path = join(bundle.folder, name)
        if path in files(view, bundle.folder):
            return Process(
                origin="script",
                path=bundle.folder,
                language="ruby",
                runtime="ruby",
                command=f"bundle exec ruby {name}",
                evidence=(view.evidence(path),),
            )
    return None


def _rake(view: View, bundle: Bundle) -> Process | None:
    """Return the job of a code base that is nothing but rake tasks with a default one."""
    path = join(bundle.folder, "Rakefile")
    parsed = ruby_file(view, path) if view.repository.size(path) else None
    if parsed is None or files(view, bundle.folder):
        return None
    for call in parsed.named("task"):
        named = call.first() or (call.pairs[0][0] if call.pairs else None)
        after = {w.strip(":[]\"' ") for _, value in call.pairs for w in (value.text or b"").decode("utf-8", "replace").split(",")}
        if named == "default" and not after & _CHECKS:
            return Process(
                origin="manifest",
                path=bundle.folder,
                role="job",
                language="ruby",
                runtime="ruby",
                command="bundle exec rake",
                listens=False,
                evidence=(view.evidence(path, call.line),),
            )
    return None
