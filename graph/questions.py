"""Turn open questions into a form: the schema that an answer must match, and what a paused run shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model, model_validator

from ..core.errors import UsageError
from ..core.target import Question

_LONGEST = 2000


class Reply(BaseModel):
    """Be the base of every answer form; a value that is refused is not repeated in the error, for it may be a secret."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    def given(self) -> dict[str, str]:
        """Return the answers that were given, by question id; what was left to its default is not among them."""
        values = self.model_dump(by_alias=True, exclude_unset=True)
        return {key: str(value) for key, value in values.items() if value is not None}


def form(questions: tuple[Question, ...], check: Callable[[dict[str, str]], Any] | None = None) -> type[Reply]:
    """Return the model of an answer to these questions; `check` may refuse the answers as a whole by raising UsageError.

    A question with a default may be left out. The check runs inside the validation, because LangGraph stores nothing of an answer
    that its schema refuses, but would store one that the node refuses afterwards.
    """

    def checked(reply: Reply) -> Reply:
        if check is not None:
            try:
                check(reply.given())
            except UsageError as error:
                raise ValueError(f"{error.what}: {error.why}" if error.why else error.what) from error
        return reply

    fields: dict[str, Any] = {f"q{number}": _field(question) for number, question in enumerate(questions)}
    validators: dict[str, Any] = {"checked": model_validator(mode="after")(checked)}
    made: type[Reply] = create_model("Answers", __base__=Reply, __validators__=validators, __doc__="Answers by question id.", **fields)
    return made


def _field(question: Question) -> tuple[Any, Any]:
    kind: Any = Literal[tuple(choice.value for choice in question.choices)] if question.choices else str
    if not question.choices:
        kind = Annotated[str, Field(max_length=_LONGEST, pattern=question.pattern)]
    labels = "".join(f"\n- {choice.value}: {choice.label}" for choice in question.choices)
    about: dict[str, Any] = {"alias": question.id, "title": question.text, "description": question.why + labels}
    if question.default is None:
        return kind, Field(**about)
    return kind | None, Field(default=question.default, **about)


def shown(run_id: str, questions: tuple[Question, ...], model: type[Reply]) -> dict[str, Any]:
    """Return what an interrupted run shows, in plain JSON; the schema is repeated, since not every server passes it on."""
    return {
        "run_id": run_id,
        "questions": [question.model_dump(mode="json") for question in questions],
        "schema": model.model_json_schema(),
    }


def asked(value: Any) -> tuple[Question, ...]:
    """Return the questions of what an interrupted run shows."""
    return tuple(Question.model_validate(question) for question in value["questions"])


def refusal(error: ValidationError, questions: tuple[Question, ...]) -> UsageError:
    """Return the UsageError that names each answer that the form refused, without its value."""
    known = {question.id for question in questions}
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        place = str(problem["loc"][0]) if problem["loc"] else ""
        text = problem["msg"].removeprefix("Value error, ")
        lines.append(f"{place}: {'there is no such open question' if place and place not in known else text}" if place else text)
    hint = "open questions: " + ", ".join(sorted(known))
    return UsageError("not accepted: " + "; ".join(lines), "nothing was changed, the run still waits", hint)
