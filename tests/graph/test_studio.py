"""Studio and Agent Server open the graph: `langgraph dev` starts offline from langgraph.json, pauses, takes an answer, gives the plan."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "notes-api"

pytest.importorskip("langgraph_api", reason="needs the extra `server`")
pytestmark = pytest.mark.loopback


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start `langgraph dev` beside a copy of langgraph.json, so that its files land in a folder of the test."""
    folder = tmp_path_factory.mktemp("studio")
    shutil.copy(ROOT / "langgraph.json", folder)
    port = free_port()
    command = [
        str(Path(sys.executable).parent / "langgraph"),
        "dev",
        "--no-browser",
        "--no-reload",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    wanted = {
        name: text for name, text in os.environ.items() if not name.startswith(("DEPLOYBOOK_", "LANGSMITH_", "LANGCHAIN_", "LANGGRAPH_"))
    }
    env = wanted | {"LANGGRAPH_CLI_NO_ANALYTICS": "1", "LANGGRAPH_NO_VERSION_CHECK": "true", "DEPLOYBOOK_HOME": str(folder / "home")}
    with (folder / "log").open("w") as log, subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=subprocess.STDOUT) as child:
        try:
            _ready(port, child, folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            child.send_signal(signal.SIGINT)
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()


def _ready(port: int, child: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert child.poll() is None, log.read_text("utf-8")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"it did not start: {log.read_text('utf-8')}")


async def test_the_form_of_the_graph_is_documented(server: str) -> None:
    from langgraph_sdk import get_client

    client = get_client(url=server)
    assistant = (await client.assistants.search())[0]
    schemas: Any = await client.assistants.get_schemas(assistant["assistant_id"])
    asked, context = schemas["input_schema"], schemas["context_schema"]
    assert asked["required"] == ["repository"]
    assert len(asked["properties"]) <= 5
    assert all(
        field.get("title") and field.get("description") for field in (*asked["properties"].values(), *context["properties"].values())
    )
    drawn: Any = await client.assistants.get_graph(assistant["assistant_id"])
    nodes = {node["id"] for node in drawn["nodes"]}
    assert {"analyst", "clarifier", "architect", "critic", "editor"} <= nodes
    assert len({node for node in nodes if node.startswith("plan_")}) == 11


async def test_a_run_pauses_refuses_a_wrong_answer_takes_a_right_one_and_gives_the_plan(server: str) -> None:
    from langgraph_sdk import get_client

    client = get_client(url=server)
    thread = (await client.threads.create())["thread_id"]
    paused: Any = await client.runs.wait(thread, "deploybook", input={"repository": str(EXAMPLE)}, context={"max_rounds": 1})
    (interrupt,) = paused["__interrupt__"]
    assert interrupt["value"]["schema"] == interrupt["response_schema"]
    assert "environment" in [question["id"] for question in interrupt["value"]["questions"]]
    refused: Any = await client.runs.wait(
        thread, "deploybook", command={"resume": {interrupt["id"]: {"environment": "moon"}}}, context={"max_rounds": 1}, raise_error=False
    )
    assert refused["__error__"]["error"] == "ValidationError"
    made: Any = await client.runs.wait(
        thread, "deploybook", command={"resume": {interrupt["id"]: {"environment": "staging"}}}, context={"max_rounds": 1}
    )
    assert made["plan"].startswith("# Backend Deployment Plan")
    assert "Target Environment: staging" in made["plan"]
    assert made["run_id"] == thread
    assert made["verdict"] in ("passed", "needs-revision", "failed")
    assert {"PLAN.md", "plan.json", "survey.json", "findings.json"} <= set(made["files"])
    history = await client.threads.get_history(thread, limit=50)
    assert history[0]["next"] == []


async def test_an_mcp_client_gets_the_plan_in_one_call(server: str) -> None:
    """An interrupt cannot be answered over MCP; with answers in the input there is none."""
    import httpx

    headers = {"accept": "application/json, text/event-stream"}
    async with httpx.AsyncClient(timeout=90) as client:

        async def call(method: str, **params: Any) -> Any:
            asked = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
            return (await client.post(f"{server}/mcp", json=asked, headers=headers)).json()["result"]

        (tool,) = (await call("tools/list"))["tools"]
        assert tool["inputSchema"]["required"] == ["repository"]
        arguments = {"repository": str(EXAMPLE), "answers": {"environment": "staging"}}
        result = await call("tools/call", name=tool["name"], arguments=arguments)
    made = ast.literal_eval(result["content"][0]["text"])  # the server writes the result as Python would
    assert not result.get("isError")
    assert "Target Environment: staging" in made["plan"]
