"""Start commands mean what commands.yaml says."""

from pathlib import Path

import pytest
import yaml
from deploybook.tools.survey.commands import is_tooling, looks_like_development, meaning, role_of_command

CASES = yaml.safe_load((Path(__file__).parent / "commands.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["command"] or "nothing")
def test_a_command_means(case):
    command = case["command"]
    said = meaning(command)
    got = {
        "server": said.server,
        "port": said.port,
        "variable": said.port_env,
        "default": said.default_port,
        "application": said.application,
        "worker": said.worker,
        "role": role_of_command(command),
        "development": looks_like_development(command),
        "tooling": is_tooling(command),
    }
    assert {k: got[k] for k in case if k != "command"} == {k: v for k, v in case.items() if k != "command"}
