"""Scenes of talking with a model, recorded against the stub server and replayed without a socket.

python tests/support/model_scenes.py        # records all cassettes anew, after a prompt or a schema has changed
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import vcr
from model_cases import blueprint, draft, plan, survey
from model_stub import Asked, Said, Stub, answer, completion, error

HOST = "http://model.example/v1"
CASSETTES = Path(__file__).parents[1] / "model" / "cassettes"
EDITS = {
    "edits": [
        {
            "op": "set-why",
            "target": "smoke",
            "text": "Before users come back. It must fail while `api` is down.",
            "quotes": [{"path": "shop/main.py", "line": 54, "quote": '@app.get("/health/ready")'}],
        },
        {"op": "set-impact", "target": "restart-everything", "text": "all is down", "quotes": []},
        {
            "op": "add-risk",
            "target": "rollout",
            "title": "The previous release needs the dropped column",
            "likelihood": "medium",
            "impact": "high",
            "mitigation": "drop it one release later",
            "trigger": "the release with revision 0002",
            "quotes": [{"path": "migrations/0002.py", "line": 12, "quote": 'op.drop_column("orders", "note")'}],
        },
    ]
}
REMARKS = {
    "vote": "revise",
    "reason": "The previous release may not run on the new schema.",
    "remarks": [
        {
            "severity": "error",
            "step": "rollback-release",
            "section": None,
            "piece": "bash deploy/scripts/rollback.sh",
            "consequence": "The previous release reads a column that the migration dropped, and fails.",
            "better": "Drop the column one release later.",
        },
        {"severity": "info", "step": "no-such-step", "section": None, "piece": "x", "consequence": "y", "better": "z"},
    ],
}


def helper(base_url: str) -> Any:
    """Return a fresh assistant for one scene."""
    from deploybook.agents.model import Assistant
    from deploybook.core.settings import ModelSettings

    return Assistant(ModelSettings(name="openai:stub", base_url=base_url, timeout_s=10.0, max_retries=0))


def improve(assistant: Any) -> Any:
    """Let the model of a scene improve the shop's section 8."""
    from deploybook.agents.model import improved
    from deploybook.tools.redaction import TaintStore

    return improved(assistant, draft(), survey(), blueprint(), TaintStore(), 0)


def review(assistant: Any) -> Any:
    """Let the model of a scene review the shop's plan."""
    from deploybook.agents.model import reviewer
    from deploybook.tools.redaction import TaintStore

    return reviewer(assistant, blueprint(), TaintStore())(plan())


def both(assistant: Any) -> Any:
    """Let the model of a scene do both at the same time."""
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(improve, assistant), pool.submit(review, assistant)
        return first.result(), second.result()


def _edits(asked: Asked) -> Said:
    return answer(EDITS, usage=(3120, 410))


def _repaired(asked: Asked) -> Said:
    return answer({"edits": [{"op": "set-why", "target": "smoke"}]}) if asked.number == 1 else answer(EDITS)


def _both(asked: Asked) -> Said:
    return answer(EDITS if asked.about == "Proposal" else REMARKS)


SCENES: dict[str, tuple[Callable[[Asked], Said], Callable[[Any], Any]]] = {
    "edits": (_edits, improve),
    "repair": (_repaired, improve),
    "remarks": (lambda asked: answer(REMARKS), review),
    "side-by-side": (_both, both),
    "refusal": (lambda asked: completion(None, refusal="I cannot help with that."), improve),
    "cut-short": (lambda asked: completion('{"edits": [', finish="length"), improve),
    "rate-limited": (lambda asked: error(429, "rate_limit_exceeded"), review),
}


def tape(mode: str) -> vcr.VCR:
    """Return the recorder: one host for all machines, matched on the body, no header of a request but its type."""

    def request(given: Any) -> Any:
        given.uri = HOST + given.path.removeprefix("/v1")
        given.headers = {"content-type": "application/json"}
        return given

    def response(given: Any) -> Any:
        given["headers"] = {"content-type": ["application/json"]}
        return given

    return vcr.VCR(
        cassette_library_dir=str(CASSETTES),
        record_mode=mode,
        match_on=["method", "scheme", "host", "path", "body"],
        before_record_request=request,
        before_record_response=response,
        decode_compressed_response=True,
        path_transformer=lambda path: f"{path}.yaml",
    )


def main() -> None:
    os.environ["OPENAI_API_KEY"] = "stub-key-of-no-account"
    for name, (script, play) in SCENES.items():
        (CASSETTES / f"{name}.yaml").unlink(missing_ok=True)
        with Stub(script).running() as stub, tape("all").use_cassette(name):
            play(helper(stub.url))
        print(name, len(stub.asked), file=sys.stderr)


if __name__ == "__main__":
    main()
