"""Say what stands beside the program: tests, documentation, examples, tooling. Nothing there is deployed."""

from __future__ import annotations

_FOLDERS = {
    "test", "tests", "testing", "__tests__", "spec", "specs", "e2e", "doc", "docs", "documentation", "examples", "fixtures", "fixture",
    "testdata", "test_data", "benchmark", "benchmarks", "bench", "mocks", "__mocks__", "stubs", "typings", "notebooks", ".github",
    ".gitlab",
    ".circleci", ".devcontainer", ".vscode", ".agents", ".claude", ".cursor", "cookiecutter", "integration-tests", "integration_tests",
    "loadtest", "playwright", "cypress",
}  # fmt: skip


_NAMES = ("conftest", "noxfile", "fabfile", "tests")


def is_aside(path: str, below: str = ".") -> bool:
    """Say whether a file below the code base's folder is a test, document, example or tool of developers."""
    inner = path if below in (".", "") else path.removeprefix(below + "/")
    *folders, name = inner.lower().split("/")
    if any(f in _FOLDERS for f in folders):
        return True
    stem = name.partition(".")[0]
    if stem.startswith("test_") or stem.endswith(("_test", "_tests", "_spec")) or stem in _NAMES:
        return True
    return ".test." in name or ".spec." in name
