"""Guides as people write them: prompts, unlabelled blocks, tabs, admonitions, shortcodes; what is read as a step and what is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from deploybook.tools.checks._guide.layout import laid_out
from deploybook.tools.checks._guide.transcripts import commands
from deploybook.tools.checks._load import load
from deploybook.tools.checks._markdown import from_markdown

CASES = yaml.safe_load((Path(__file__).parent / "guides" / "transcripts.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_commands_are_told_from_output(case: dict[str, Any]) -> None:
    assert commands(case["block"], case["label"]) == case["run"]


def _runs(page: str) -> list[str]:
    return [step.run for step in from_markdown({"guide.md": page}, "guide").plan.steps]


@pytest.mark.parametrize(
    ("page", "runs"),
    [
        ("Run:\n\n    docker compose pull\n    docker compose up -d\n", ["docker compose pull\ndocker compose up -d\n"]),
        ("1. First:\n\n   ```\n   npm ci\n   ```\n2. Then:\n   ```\n   npm start\n   ```\n", ["npm ci\n", "npm start\n"]),
        ('=== "apt"\n    Install it:\n    ```bash\n    apt install x\n    ```\n', ["apt install x\n"]),
        ('!!! note "Root"\n\n    ``` { .bash .copy }\n    id\n    ```\n\nEnd.\n', ["id\n"]),
        ("!!! note\n\n    ``` { .bash .no-copy }\n    [ 0 ] - all\n    ```\n", []),
        ("{{< highlight bash >}}\nid -u\n{{< /highlight >}}\n", ["id -u\n"]),
        (":::{code-block} console\n:caption: x\n\n$ id -u\n1000\n:::\n", ["\n\nid -u\n"]),
        ("```{code-block} shell\n:linenos:\nid -u\n```\n", ["\nid -u\n"]),
        ('<Tabs>\n  <TabItem value="a">\n\n    ```sh\n    id -u\n    ```\n\n  </TabItem>\n</Tabs>\n', ["id -u\n"]),
        ("`$ sudo docker compose up -d`\n", ["sudo docker compose up -d\n"]),
        ("Stop it with `$ sudo docker compose stop`.\n", []),
        ("| call |\n| --- |\n| `$ id -u` |\n", []),
        ("The output looks similar to:\n\n```\ndocker 28\nls\n```\n", []),
        ("Copy `.env.sample`:\n\n```bash\ncp .env.sample .env\n```\n", ["cp .env.sample .env\n"]),
        ("Run:\n\n```\nfail2ban-client status\n```\n", ["fail2ban-client status\n"]),
        ("---\ntitle: x\n---\n\n```terminal\nid -u\n```\n", ["id -u\n"]),
    ],
)
def test_blocks_are_found_wherever_a_generator_puts_them(page: str, runs: list[str]) -> None:
    assert _runs(page) == runs


def test_a_page_keeps_its_lines_and_a_tab_knows_its_group() -> None:
    page = '---\na: 1\n---\n=== "one"\n\n    text\n\n=== "two"\n\n    ```sh\n    ls\n    ```\n\nend\n=== "other"\n\n    x\n'
    layout = laid_out(page.split("\n"))
    assert len(layout.lines) == len(page.split("\n")) and layout.lines[:3] == ["", "", ""] and layout.lines[10] == "ls"
    assert [layout.tabs.get(row) for row in (5, 10, 13, 16)] == [(1, "one"), (1, "two"), None, (2, "other")]


@pytest.mark.parametrize(
    "text",
    [
        "{{< tabs >}}\n{{< tab \"a\" >}}\nx\n{{< /tab >}}\n{{< tab \"b\" >}}\ny\n{{< /tab >}}\n{{< /tabs >}}\nz",
        '{% tabs %}\n{% tab title="a" %}\nx\n{% endtab %}\n{% tab title="b" %}\ny\n{% endtab %}\n{% endtabs %}\nz',
        '<Tabs>\n<TabItem value="a">\nx\n</TabItem>\n<TabItem value="b">\ny\n</TabItem>\n</Tabs>\nz',
    ],
)
def test_tabs_of_every_generator_are_alternatives(text: str) -> None:
    assert [laid_out(text.split("\n")).tabs.get(row) for row in (2, 5, 8)] == [(1, "a"), (1, "b"), None]


def test_a_finding_stands_on_the_line_of_the_page() -> None:
    page = "# Guide\n\n```console\n$ id\nuid=0\n$ psql <HOST>\n```\n"
    told = from_markdown({"guide.md": page}, "guide")
    plan, origins = told.plan, told.origins
    (step,) = plan.steps
    line = step.run.split("\n").index("psql <HOST>")
    assert page.split("\n")[origins[step.id][1] + line] == "$ psql <HOST>"


def test_a_page_without_steps_says_so(tmp_path: Path) -> None:
    (tmp_path / "guide.md").write_text("# Guide\n\n```\n+---+\n| a |\n+---+\n```\n")
    loaded = load(tmp_path / "guide.md")
    assert not loaded.plan.steps and "guide.md: no steps and no files: none of its blocks holds commands or a file" in loaded.notes


def test_a_folder_of_guides_is_read_below_its_first_level(tmp_path: Path) -> None:
    (tmp_path / "alerts" / "store").mkdir(parents=True)
    (tmp_path / "alerts" / "store" / "Full.md").write_text("```sh\ndf -h\n```\n")
    (tmp_path / "README.mdx").write_text("# Alerts\n")
    assert [step.run for step in load(tmp_path).plan.steps] == ["df -h\n"]


def test_pages_for_whoever_works_on_the_code_are_left_aside_and_said_to_be(tmp_path: Path) -> None:
    for name in ("install.md", "development.md", "contributing/setup.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("```sh\ndf -h\n```\n")
    loaded = load(tmp_path)
    assert loaded.pages == (("install.md", 0),) and "2 page(s) for developers were not checked; name one to check it" in loaded.notes
    assert load(tmp_path / "development.md").pages == (("development.md", 0),)


def test_pages_that_hold_blocks_are_read_before_others_wherever_they_lie(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"note{number:02}.md").write_text("# Note\n\nText.\n")
    (tmp_path / "a" / "b" / "c" / "d").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c" / "d" / "down.md").write_text("```sh\ndf -h\n```\n")
    loaded = load(tmp_path)
    assert [s.run for s in loaded.plan.steps] == ["df -h\n"] and len(loaded.pages) == 50
    assert any(note.startswith("11 of 61 pages were not checked") for note in loaded.notes)


def test_pages_that_tell_news_are_left_aside_and_a_release_runbook_is_not(tmp_path: Path) -> None:
    for name in ("release.md", "release-notes/2.0.md", "blog/2024-shop.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("```sh\ndf -h\n```\n")
    loaded = load(tmp_path)
    assert [page for page, _ in loaded.pages] == ["release.md"]
    assert "2 page(s) of news or former releases were not checked; name one to check it" in loaded.notes
