"""A model is named openai:<name>, its key comes from one variable, and nothing else decides where the data goes or who hears of it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import model_cases as cases
import pytest
from deploybook.agents.model import Assistant, Message, chat_model, improved, refuse_unusable
from deploybook.agents.model.remarks import Judgement
from deploybook.agents.model.structured import schema_of
from deploybook.core.errors import ExitCode, ModelError, UsageError
from deploybook.core.settings import ModelSettings
from deploybook.tools.redaction import TaintStore
from model_stub import Stub

ASK = [Message("system", "s"), Message("user", "u")]


@pytest.mark.parametrize(
    "name",
    ["gpt-4o", "openai:", "openai:a b", "openai:../x", "anthropic:claude", "", "openai:x\n", "openai:é", "openai:" + "x" * 300, "OPENAI:x"],
)
def test_a_name_that_is_none_is_a_wrong_call(key: str, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        refuse_unusable(ModelSettings(name=name))
    assert caught.value.why and "openai:<model>" in caught.value.hint


@pytest.mark.parametrize(
    "name", ["openai:gpt-4o", "openai:meta-llama/Llama-3.1-8B-Instruct", "openai:qwen2.5:7b", "openai:ft:gpt-4o:org::id"]
)
def test_a_name_is_its_servers_own_spelling(key: str, name: str) -> None:
    refuse_unusable(ModelSettings(name=name))
    assert chat_model(ModelSettings(name=name)).name == name


@pytest.mark.parametrize(
    "address",
    [
        "example.org/v1",
        "ftp://example.org",
        "http://",
        "https:///v1",
        "http://user:pa55@example.org/v1",
        "http://example.org/v1?key=1",
        "http://a b/v1",
        "http://x/#y",
        "http://:80/v1",
    ],
)
def test_an_address_that_is_none_or_holds_credentials_is_a_wrong_call(key: str, address: str) -> None:
    with pytest.raises(UsageError) as caught:
        refuse_unusable(ModelSettings(name="openai:x", base_url=address))
    assert "pa55" not in f"{caught.value.what}{caught.value.why}", "an address with credentials is not repeated"


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:11434/v1", "https://llm.example.org", "http://[::1]:8000/v1", "https://gateway.example.org/openai/v1/"]
)
def test_an_address_of_a_compatible_server(key: str, address: str) -> None:
    settings = ModelSettings(name="openai:x", base_url=address)
    refuse_unusable(settings)
    assert chat_model(settings).name == "openai:x"


@pytest.mark.parametrize("value", ["", "  ", "two words", "bell\a", "schlüssel"])
def test_a_missing_or_impossible_key_is_exit_4(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", value)
    with pytest.raises(ModelError) as caught:
        refuse_unusable(ModelSettings(name="openai:x"))
    assert caught.value.exit_code is ExitCode.KEY and "OPENAI_API_KEY" in f"{caught.value.what}{caught.value.why}"
    refuse_unusable(ModelSettings())


def test_no_model_needs_no_key() -> None:
    refuse_unusable(ModelSettings())
    with pytest.raises(UsageError):
        chat_model(ModelSettings())


@pytest.mark.loopback
def test_what_is_sent_is_a_strict_schema_two_messages_and_the_key_in_its_header(stub: Stub, key: str) -> None:
    reply = chat_model(ModelSettings(name="openai:stub/one", base_url=stub.url)).complete(ASK, schema_of(Judgement))
    (asked,) = stub.asked
    assert asked.path == "/v1/chat/completions" and asked.headers["authorization"] == f"Bearer {key}"
    assert asked.body["model"] == "stub/one" and asked.body["stream"] is False
    assert [message["role"] for message in asked.body["messages"]] == ["system", "user"]
    assert set(asked.body) == {"model", "stream", "messages", "response_format"}, "no temperature, no seed: not every model takes them"
    form = asked.body["response_format"]
    assert form["type"] == "json_schema" and form["json_schema"]["strict"] is True
    assert form["json_schema"]["schema"]["additionalProperties"] is False
    assert reply.value["vote"] == "approve" and (reply.usage.input, reply.usage.output) == (100, 20)


@pytest.mark.loopback
def test_other_variables_do_not_redirect_it(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only OPENAI_BASE_URL, OpenAI's own, is heard, and a named address wins over it."""
    with Stub().running() as elsewhere:
        monkeypatch.setenv("OPENAI_API_BASE", elsewhere.url)
        monkeypatch.setenv("LANGSMITH_GATEWAY", "true")
        monkeypatch.setenv("LANGSMITH_GATEWAY_URL", elsewhere.url)
        monkeypatch.setenv("OPENAI_BASE_URL", stub.url)
        chat_model(ModelSettings(name="openai:stub")).complete(ASK, schema_of(Judgement))
        assert (len(stub.asked), len(elsewhere.asked)) == (1, 0)
        monkeypatch.setenv("OPENAI_BASE_URL", elsewhere.url)
        chat_model(ModelSettings(name="openai:stub", base_url=stub.url)).complete(ASK, schema_of(Judgement))
        assert (len(stub.asked), len(elsewhere.asked)) == (2, 0)


def test_usage_is_asked_for_where_a_server_of_ones_own_would_not_tell_it(key: str) -> None:
    """LangChain leaves it off once an address is set (it matters to streams, which a later mode may use)."""
    own: Any = chat_model(ModelSettings(name="openai:x", base_url="http://127.0.0.1:9/v1"))
    assert own._client().stream_usage is True
    assert own._client().max_retries == ModelSettings().max_retries and own._client().request_timeout == ModelSettings().timeout_s


@pytest.mark.loopback
def test_no_tracer_callback_cache_or_log_takes_part(
    stub: Stub, key: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even when the program around deploybook has all of them switched on, and calls from inside a traced chain."""
    from langchain_core.caches import InMemoryCache
    from langchain_core.globals import set_llm_cache
    from langchain_core.runnables import RunnableLambda
    from langchain_core.tracers import BaseTracer
    from langsmith import Client
    from langsmith.utils import get_env_var

    heard: list[Any] = []

    class Listener(BaseTracer):
        def _persist_run(self, run: Any) -> None:
            heard.extend(child.name for child in run.child_runs)

    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "no key")
    for name in ("create_run", "update_run", "multipart_ingest", "batch_ingest_runs"):
        monkeypatch.setattr(Client, name, lambda self, *words, **options: heard.append(words))
    get_env_var.cache_clear()
    cache = InMemoryCache()
    set_llm_cache(cache)
    caplog.set_level(logging.DEBUG)
    try:
        helper = Assistant(ModelSettings(name="openai:stub", base_url=stub.url))
        chain = RunnableLambda(lambda _: improved(helper, cases.draft(), cases.survey(), cases.blueprint(), TaintStore(), 0))
        from langsmith import tracing_context

        with tracing_context(enabled=False):
            chain.invoke(0, config={"callbacks": [Listener()]})
    finally:
        set_llm_cache(None)
        get_env_var.cache_clear()
    assert len(stub.asked) == 1 and heard == [] and cache._cache == {}
    assert key not in caplog.text


def test_a_model_is_imported_when_it_is_asked_and_not_before() -> None:
    """Naming a model, checking it and making the assistant load neither library."""
    code = (
        "import sys; from deploybook.agents import model; from deploybook.core.settings import ModelSettings;"
        "s = ModelSettings(name='openai:x'); model.refuse_unusable(s); model.chat_model(s); model.Assistant(s);"
        "print(sorted({'langchain_openai', 'openai', 'langchain_core', 'langgraph'} & set(sys.modules)))"
    )
    environment = {**os.environ, "OPENAI_API_KEY": "stub-key"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=Path.home(), env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"
