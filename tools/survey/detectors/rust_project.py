"""Detect Rust code bases: Cargo packages, workspaces, toolchain files, minimum versions, dependencies; browser code in WebAssembly."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Located, OutOfScope
from ..aside import is_aside
from ..detector import View, entry, folder_of, library, module, runtime_version
from ..rust.cargo import Package, packages, workspaces
from ..rust.programs import is_browser
from ..view import join


def detect(view: View) -> Iterator[Fact]:
    """Yield what every package, workspace and toolchain file declares."""
    for path in view.named("rust-toolchain.toml", "rust-toolchain"):
        document = view.document(path) if path.endswith(".toml") else None
        channel = document.text("toolchain", "channel") if document else None
        if channel and document and not is_aside(path):
            evidence = view.evidence(path, document.line("toolchain", "channel"))
            yield runtime_version(folder_of(path), "rust", "version-file", channel, evidence, key="toolchain.channel")
    for folder, (path, place) in workspaces(view).items():
        yield entry("manifest", folder, Located(kind="rust", path=path))
        yield module(folder, "package_manager", "cargo", view.evidence(*place), language="rust")
        yield from _locked(view, folder)
        document = view.document(path)
        shared = document.text("workspace", "package", "rust-version") if document else None
        if shared and document:
            evidence = view.evidence(path, document.line("workspace", "package", "rust-version"))
            yield runtime_version(folder, "rust", "manifest", shared, evidence, key="workspace.package.rust-version")
    for package in packages(view).values():
        yield from _package(view, package)


def _locked(view: View, folder: str) -> Iterator[Fact]:
    lock = join(folder, "Cargo.lock")
    if view.repository.real(lock):
        yield module(folder, "lock_file", lock, view.evidence(lock), language="rust")


def _package(view: View, package: Package) -> Iterator[Fact]:
    folder, evidence = package.folder, view.evidence(*package.at)
    yield entry("manifest", folder, Located(kind="rust", path=package.file))
    yield module(folder, "language", "rust", evidence, confidence="certain" if package.binaries else "medium")
    yield module(folder, "manifest", package.file, evidence, language="rust")
    yield module(folder, "name", package.name, evidence, language="rust")
    yield module(folder, "package_manager", "cargo", evidence, language="rust")
    yield from _locked(view, folder)
    if package.root is not None and package.root != folder:
        yield module(folder, "member_of", package.root, evidence, language="rust")
    if not package.binaries:
        yield module(folder, "library", True, evidence, language="rust")
    if package.version:
        yield runtime_version(
            folder, "rust", "manifest", package.version[0], view.evidence(*package.version[1]), key="package.rust-version"
        )
    for crate in package.crates:
        yield library(folder, crate.name, crate.version, view.evidence(*crate.at), development=crate.development)
    browser = is_browser(view, package)
    if browser is not None and package.binaries:
        value = OutOfScope(
            name=package.name, path=folder, language="rust", why="browser code: it is built to WebAssembly and served as files",
            evidence=(view.evidence(*browser),),
        )  # fmt: skip
        yield entry("out_of_scope", folder, value)
    function = package.crate("lambda_http", "lambda_runtime")
    if function is not None:
        why = "functions that a cloud provider runs on demand: there is no process to start"
        yield entry(
            "out_of_scope",
            folder,
            OutOfScope(name=package.name, path=folder, language="rust", why=why, evidence=(view.evidence(*function.at),)),
        )
