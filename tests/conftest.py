"""Close the network for every test: a test marked `loopback` may reach this machine's own loopback addresses and nothing else."""

from __future__ import annotations

import pytest

LOOPBACK = ["127.0.0.1", "::1"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("loopback"):
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))


@pytest.fixture(autouse=True)
def _own_state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a state home of its own and none of the caller's settings or keys."""
    import os

    for name in [n for n in os.environ if n.startswith(("DEPLOYBOOK_", "LANGSMITH_", "LANGCHAIN_", "LANGGRAPH_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DEPLOYBOOK_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("LANGSMITH_TRACING", "false")
