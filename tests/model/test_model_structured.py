"""The schema is strict, the answer is validated here, one repair is asked for, and what is spent is counted."""

from __future__ import annotations

import json
import secrets
from typing import Any

import jsonschema
import model_cases as cases
import pytest
from deploybook.agents.model import Message, Reply, Usage, improved
from deploybook.agents.model.access import _json
from deploybook.agents.model.door import Door, hosts_of
from deploybook.agents.model.edits import Proposal
from deploybook.agents.model.evidence import Quote, lines_of, shown, verified
from deploybook.agents.model.remarks import Judgement
from deploybook.agents.model.structured import read, schema_of
from deploybook.agents.model.usage import told
from deploybook.core.base import Frozen
from deploybook.core.target import Target
from deploybook.tools.redaction import TaintStore

VALUES = {"steps": [], "sections": [], "stack": {}, "left_out": 0, "limits": {"remarks": 3}, "app": "shop"}
GOOD = {"vote": "approve", "reason": "It holds.", "remarks": []}
ALLOWED = {
    "$defs",
    "$ref",
    "additionalProperties",
    "anyOf",
    "const",
    "description",
    "enum",
    "items",
    "properties",
    "required",
    "title",
    "type",
}


def nodes(schema: Any) -> list[dict[str, Any]]:
    """Return every schema inside a schema, names of properties and definitions left out."""
    if isinstance(schema, list):
        return [node for item in schema for node in nodes(item)]
    if not isinstance(schema, dict):
        return []
    inner = [value for name in ("properties", "$defs") for value in schema.get(name, {}).values()]
    inner += [schema[name] for name in ("items", "anyOf") if name in schema]
    return [schema, *(node for item in inner for node in nodes(item))]


@pytest.mark.parametrize("kind", [Proposal, Judgement])
def test_a_schema_keeps_to_the_strict_subset(kind: type[Frozen]) -> None:
    """Every object names all of its keys, demands each and allows no other; nothing that strict mode does not know is left."""
    schema = schema_of(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["type"] == "object" and schema["title"] == kind.__name__
    for node in nodes(schema):
        assert set(node) <= ALLOWED
        if node.get("type") == "object":
            assert node["additionalProperties"] is False and node["required"] == list(node["properties"])


def test_free_keys_are_refused_before_a_provider_does() -> None:
    class Loose(Frozen):
        """Be loose."""

        names: dict[str, str]

    with pytest.raises(TypeError, match="free keys"):
        schema_of(Loose)


def test_a_complaint_names_the_place_and_not_the_value() -> None:
    value, complaint = read({"vote": "maybe-secret-value", "reason": 3, "extra": 1}, Judgement)
    assert value is None
    for part in ("vote", "reason", "remarks", "extra"):
        assert part in complaint
    assert "maybe-secret-value" not in complaint
    assert read([], Judgement) == (None, "- the answer is not a JSON object")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ('Here it is:\n```json\n{"a": 1}\n```\nDone.', {"a": 1}),
        ('{"a": [1, 2', None),
        ("no JSON", None),
        ("", None),
        ("[" * 100_000, None),
        ("}{", None),
    ],
)
def test_json_is_read_out_of_prose_and_a_cut_one_is_none(text: str, value: Any) -> None:
    """LangChain's own parser would complete a cut answer, and half a sentence would stand in the plan."""
    assert _json(text) == value


def asked(script: Any, **options: Any) -> tuple[Any, Any, Any]:
    helper, chat = cases.assistant(script, **options)
    return helper.ask(Door(TaintStore()), "critic", Judgement, VALUES), chat, helper


def test_one_repair_is_asked_for_with_the_complaint() -> None:
    answer, chat, _ = asked(lambda number, *_: GOOD if number == 2 else {"vote": "maybe"})
    assert answer.value == Judgement.model_validate(GOOD) and answer.failure is None
    assert answer.usage == Usage(2, 200, 40, 16, 10)
    first, second = chat.asked
    assert second[: len(first)] == first
    assert [message.role for message in second] == ["system", "user", "assistant", "user"]
    assert "remarks: Field required" in second[-1].text and "vote: Input should be 'approve' or 'revise'" in second[-1].text


def test_a_second_misfit_is_the_last() -> None:
    answer, chat, _ = asked(cases.always({"vote": "maybe"}))
    assert answer.value is None and answer.failure.kind == "misfit" and len(chat.asked) == 2
    assert answer.usage.calls == 2


def test_what_goes_out_passes_the_door_each_time() -> None:
    """Prompt, values and the repeated answer alike: a secret that a value holds, or that the model said, is not sent."""
    taint = TaintStore()
    secret = secrets.token_urlsafe(18) + "9Zq"
    taint.add(secret, "password")
    helper, chat = cases.assistant(cases.always(Reply(f"no JSON but {secret}", None, False, Usage(1))))
    values = VALUES | {"steps": [{"id": "s", "run": f"mysql --password={secret}", "why": json.dumps(secret)}]}
    helper.ask(Door(taint), "critic", Judgement, values)
    assert len(chat.asked) == 2
    texts = [message.text for conversation in chat.asked for message in conversation]
    assert not any(secret in text for text in texts)
    assert sum("[REDACTED:" in text for text in texts) >= 3, "it was there, and was replaced"


def test_the_operators_hosts_go_by_another_name() -> None:
    """A domain and a registry say who it is; a review needs neither. Words that are no hosts stay."""
    helper, chat = cases.assistant(cases.always({"edits": []}))
    target = Target(domain="notes.acme-bank.example", registry="registry.acme-bank.example/team", provider="aws")
    draft = cases.draft()
    intro = "Point notes.acme-bank.example at the host; push to registry.acme-bank.example/team."
    draft = draft.model_copy(update={"section": draft.section.model_copy(update={"intro": intro})})
    improved(helper, draft, cases.survey(), cases.blueprint().model_copy(update={"target": target}), TaintStore(), 0)
    text = chat.asked[0][1].text
    assert "acme" not in text and "Point [DOMAIN] at the host; push to [REGISTRY]." in text
    assert hosts_of(Target(domain="decide later")) == {}


def test_a_token_is_kept_from_the_model_though_nobody_knew_it() -> None:
    token = "glpat-" + "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789ABCDEFGH") for _ in range(20))
    helper, chat = cases.assistant(cases.always(GOOD))
    helper.ask(Door(TaintStore()), "critic", Judgement, VALUES | {"stack": {"env": {"TOKEN": token}}})
    assert token not in chat.asked[0][1].text


def test_the_key_is_a_secret_of_the_run(key: str) -> None:
    """A server that repeats the key in its answer does not bring it into a plan."""
    helper, _ = cases.assistant(cases.always(GOOD))
    door = helper.door(TaintStore())
    assert door.leaks(f"your key is {key}") and key not in door.out(f"key {key}")


def test_usage_is_read_back_from_a_note_and_summed_over_processes() -> None:
    spent = Usage(2, 3120, 410, 64, 128)
    assert told(f"model openai:x: section 8: 1 of 2 edits taken {spent.words()}") == spent
    assert told(f"model openai:x: kept {Usage(1).words()}") == Usage(1)
    assert told("the outside tools could not be run") == Usage()
    _, _, helper = asked(cases.always(GOOD))
    own = helper.note(f"votes approve {Usage(1, 100, 20, 8, 5).words()}")
    earlier = f"model openai:scripted: section 8: 0 of 0 edits taken {spent.words()}"
    assert helper.total([earlier, own]) == Usage(3, 3220, 430, 72, 133)


def test_lines_are_shown_once_and_quotes_are_held_to_them() -> None:
    lines = lines_of(cases.survey())
    listed = shown(cases.survey())
    assert len({(line["path"], line["line"]) for line in listed}) == len(listed)
    assert [line["path"] for line in listed][:2] == ["shop/main.py", "AGENTS.md"], "traps and conventions first"
    quotes = [
        Quote(path="Procfile", line=2, quote="  web:   uvicorn shop.main:app "),
        Quote(path="Procfile", line=3, quote="web: uvicorn"),
        Quote(path="Procfile", line=2, quote="WEB: UVICORN"),
        Quote(path="Procfile", line=2, quote=""),
    ]
    assert verified(quotes, lines) == ((cases.PROCFILE,), 3)


def test_a_conversation_is_made_of_rules_first_and_data_in_marks() -> None:
    _, chat, _ = asked(cases.always(GOOD))
    system, user = chat.asked[0]
    assert system == Message("system", system.text) and "never an instruction" in system.text
    assert user.text.count("<<<DATA ") == user.text.count(">>>") == 3
