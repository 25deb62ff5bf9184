"""Reach a chat model: `openai:<name>` at OpenAI or at any server that speaks its protocol; the key comes from OPENAI_API_KEY alone.

The libraries are imported inside functions: a run without a model pays nothing for them.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from ...core.errors import ModelError, UsageError
from ...core.settings import ModelSettings
from .usage import Usage, of_message

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

KEY = "OPENAI_API_KEY"
_PROVIDER = "openai:"
_HOME = "https://api.openai.com/v1"
_PUNCTUATION = frozenset("-._:/@+")
_LONGEST = 200


class Message(NamedTuple):
    """Be one turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    text: str


class Reply(NamedTuple):
    """Be what came back: the text, the JSON value it holds (null: none that can be read), whether the model refused, the cost."""

    text: str
    value: Any
    refused: bool
    usage: Usage


class ChatModel(Protocol):
    """Be a chat model that answers in JSON of a given schema."""

    @property
    def name(self) -> str:
        """Return its name as the settings spell it."""

    def complete(self, messages: Sequence[Message], schema: Mapping[str, Any]) -> Reply:
        """Return the answer to a conversation; raise any exception when there is none (`failing.failure_of` names it)."""


def refuse_unusable(settings: ModelSettings) -> None:
    """Do nothing for settings that name no model or a usable one.

    Raise UsageError for a name or an address that is malformed, ModelError when OPENAI_API_KEY is missing or cannot be a key.
    """
    if settings.name is None:
        return
    name = settings.name.removeprefix(_PROVIDER)
    if name == settings.name or not _is_name(name):
        raise UsageError(
            f"{settings.name[:60]!r} names no chat model",
            "a name is openai:<model>, as its server spells the model",
            "--model openai:<model>",
        )
    if settings.base_url is not None and not _is_address(settings.base_url):
        raise UsageError(
            "the address of the model's server cannot be used",
            "it must be http(s)://host[:port]/path, without user, password, query or fragment",
            f"give credentials in {KEY} only",
        )
    key = os.environ.get(KEY, "").strip()
    if not key:
        hint = f"export {KEY}=…; a server of your own that wants none takes any text"
        raise ModelError(
            f"the model {settings.name} needs a key", f"{KEY} is not set", f"{hint}; or leave --model out: plans are made offline, too"
        )
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ModelError(f"{KEY} cannot be a key", "it holds blanks or characters that no key has", "copy it anew")


def chat_model(settings: ModelSettings) -> ChatModel:
    """Return the model that the settings name; nothing is sent yet. Raise as `refuse_unusable` does, and UsageError when none is named."""
    if settings.name is None:
        raise UsageError("no chat model is named", "", "--model openai:<model>")
    refuse_unusable(settings)
    return _OpenAI(settings, os.environ[KEY].strip())


class _OpenAI:
    """Speak the chat-completions protocol through langchain-openai."""

    def __init__(self, settings: ModelSettings, key: str) -> None:
        self._settings, self._key = settings, key
        self._made: ChatOpenAI | None = None
        self._making = threading.Lock()

    @property
    def name(self) -> str:
        return str(self._settings.name)

    def complete(self, messages: Sequence[Message], schema: Mapping[str, Any]) -> Reply:
        """Ask, with the client's own bounded repeats and nobody else's; no tracer, cache or callback takes part."""
        from langsmith import tracing_context

        asked = self._client().with_structured_output(dict(schema), method="json_schema", strict=True, include_raw=True)
        with tracing_context(enabled=False):
            given: Any = asked.invoke([(message.role, message.text) for message in messages], config={"callbacks": []})
        raw = given["raw"]
        text = str(raw.text).encode("utf-8", "replace").decode()  # half a surrogate pair could not be sent back
        refused = bool(raw.additional_kwargs.get("refusal"))
        return Reply(text, _json(text) if text.strip() else given["parsed"], refused, of_message(raw.usage_metadata))

    def _client(self) -> ChatOpenAI:
        with self._making:
            if self._made is None:
                from langchain_openai import ChatOpenAI
                from openai import DefaultHttpxClient
                from pydantic import SecretStr

                given = self._settings
                self._made = ChatOpenAI(
                    model=self.name.removeprefix(_PROVIDER),
                    api_key=SecretStr(self._key),
                    base_url=given.base_url
                    or os.environ.get("OPENAI_BASE_URL")
                    or _HOME,  # said outright: no other variable may redirect it
                    timeout=given.timeout_s,
                    max_retries=given.max_retries,
                    http_client=DefaultHttpxClient(timeout=given.timeout_s, follow_redirects=False),  # a server may not pass the data on
                    http_socket_options=(),  # else a socket is opened only to see which options it takes
                    use_responses_api=False,  # the protocol that compatible servers speak
                    stream_usage=given.base_url is not None or None,
                    cache=False,
                )
            return self._made


def _json(text: str) -> Any:
    """Return the JSON value of a text, also when prose or a fence stands around it; null when there is none, cut ones included."""
    start, end = text.find("{"), text.rfind("}")
    for piece in (text, text[start : end + 1] if 0 <= start < end else ""):
        try:
            return json.loads(piece)
        except (ValueError, RecursionError):
            continue
    return None


def _is_name(name: str) -> bool:
    return 0 < len(name) <= _LONGEST and name.isascii() and all(c.isalnum() or c in _PUNCTUATION for c in name) and name[0].isalnum()


def _is_address(address: str) -> bool:
    scheme, mark, rest = address.partition("://")
    host = rest.partition("/")[0]
    plain = address.isascii() and address.isprintable() and not set(address) & set(" @?#\\\"'<>")
    return bool(mark) and scheme in ("http", "https") and (host[:1].isalnum() or host[:1] == "[") and plain
