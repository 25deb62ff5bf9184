"""Detect Ruby code bases: bundles, their Ruby versions, lock files and gems, gems of this repository among them."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Located
from ..detector import View, entry, library, module, runtime_version
from ..ruby.bundle import Bundle, bundles
from ..ruby.sources import files


def detect(view: View) -> Iterator[Fact]:
    """Yield what every bundle declares about itself."""
    for folder, bundle in bundles(view).items():
        yield from _base(view, bundle)
        if bundle.file is None:
            continue
        yield entry("manifest", folder, Located(kind="ruby", path=bundle.file))
        yield from _versions(view, bundle)
        for gem in bundle.gems:
            yield library(folder, gem.name, gem.version, view.evidence(*gem.at), development=gem.development)


def _base(view: View, bundle: Bundle) -> Iterator[Fact]:
    own = [p for p in files(view, bundle.folder) if not p.endswith(("/Gemfile", "gems.rb"))]
    first = bundle.file or next(iter(own), None)
    if first is None:
        return
    evidence = view.evidence(first)
    program = bool(own) or any(f"{bundle.folder}/Rakefile".removeprefix("./") == p for p in view.named("Rakefile"))
    yield module(bundle.folder, "language", "ruby", evidence, confidence="certain" if program else "medium")
    if bundle.file is None:
        return
    yield module(bundle.folder, "manifest", bundle.file, evidence, language="ruby")
    yield module(bundle.folder, "package_manager", "bundler", view.evidence(bundle.lock or bundle.file), language="ruby")
    if bundle.lock:
        yield module(bundle.folder, "lock_file", bundle.lock, view.evidence(bundle.lock), language="ruby")
    if bundle.bundler:
        version, at = bundle.bundler
        yield module(bundle.folder, "package_manager_version", version, view.evidence(*at), language="ruby")


def _versions(view: View, bundle: Bundle) -> Iterator[Fact]:
    if bundle.ruby and bundle.ruby[0][:1] in "0123456789~<>=^ ":
        yield runtime_version(bundle.folder, "ruby", "manifest", bundle.ruby[0], view.evidence(*bundle.ruby[1]), key="ruby")
    if bundle.locked_ruby:
        value, at = bundle.locked_ruby
        yield runtime_version(bundle.folder, "ruby", "lock", value, view.evidence(*at), key="RUBY VERSION")
