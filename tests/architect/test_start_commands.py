"""Laws of the command that a container runs: what the image holds, and no package manager between signals and the program."""

from __future__ import annotations

import pytest
from deploybook.agents.architect.commands import production_command
from deploybook.core.facts import Service

SCRIPTS = {
    "start": "node src/server.js",
    "prod": "next start",
    "guarded": "node a.js",
    "preguarded": "echo x",
    "both": "node a.js && node b.js",
}


def node(command: str) -> Service:
    return Service(name="api", path=".", role="web", runtime="node", start_command=command, port=3000, scripts=SCRIPTS)


@pytest.mark.parametrize(
    ("declared", "runs"),
    [
        ("npm start", ("node", "src/server.js")),
        ("yarn start", ("node", "src/server.js")),
        ("pnpm run start", ("node", "src/server.js")),
        ("npm run prod", ("npm", "run", "prod")),
        ("yarn prod", ("npm", "run", "prod")),
        ("pnpm run prod -p 3000", ("npm", "run", "prod", "--", "-p", "3000")),
        ("yarn guarded", ("npm", "run", "guarded")),
        ("yarn both", ("npm", "run", "both")),
        ("yarn exec something", ("yarn", "exec", "something")),
        ("node index.js", ("node", "index.js")),
    ],
)
def test_scripts_run_without_the_manager_that_the_image_lacks(declared: str, runs: tuple[str, ...]) -> None:
    argv, changes = production_command(node(declared), generated=True)
    assert argv == runs
    assert bool(changes) is (argv != tuple(declared.split()))


def test_an_image_of_the_repository_keeps_its_own_way() -> None:
    assert production_command(node("yarn start"), generated=False)[0] in ((), ("yarn", "start"))
