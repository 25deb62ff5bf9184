"""Each validator passes a good text and refuses a planted fault; an absent or broken tool is never a pass."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from deploybook.tools import validators
from deploybook.tools.validators import Item, Verdict, Workspace, _model, _process

RULES = "groups:\n  - name: g\n    rules:\n      - alert: Down\n        expr: up == 0\n        for: 5m\n"
TESTS = """rule_files: [rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series: [{series: 'up{job="a"}', values: '0x10'}]
    alert_rule_test:
      - {eval_time: 6m, alertname: Down, exp_alerts: [{exp_labels: {job: a}}]}
"""
NGINX = "events {}\nhttp {\n  server {\n    listen 8080;\n    location / { proxy_pass http://api:8000; }\n  }\n}\n"
CASES: dict[str, list[tuple[str, str, str, str]]] = {
    # validator: (kind, path, good, bad)
    "bash_parser": [("step", "s.sh", "if true; then echo; fi\n", "if true; then echo\n"), ("shell", "a.sh", "a() { :; }\n", "a() { :\n")],
    "compose_schema": [("compose", "c.yaml", "services: {a: {image: x}}\n", "services: {a: {image: x, portz: []}}\n")],
    "dockerfile_parser": [("dockerfile", "Dockerfile", "FROM debian:12.7\n", "FORM debian:12.7\n")],
    "gitlab_schema": [("gitlab-ci", ".gitlab-ci.yml", "build: {script: [make]}\n", "build: {script: {a: 1}}\n")],
    "hadolint": [("dockerfile", "Dockerfile", "FROM debian:12.7\nRUN true\n", "FROM debian:12.7\nRUNN true\n")],
    "hcl_parser": [("hcl", "x.tf", 'resource "a" "b" {\n  c = 1\n}\n', 'resource "a" "b" {\n  c =\n}\n')],
    "json_parser": [("json", "x.json", '{"a": 1}', '{"a": 1,}')],
    "nginx_parser": [("nginx", "nginx.conf", NGINX, NGINX.replace("listen", "lissten"))],
    "promql": [("prometheus-rules", "rules.yml", RULES, RULES.replace("up == 0", "rate(up) > 0"))],
    "shellcheck": [("step", "s.sh", 'echo "$1"\n', "for i in 1 2; do echo $i\n")],
    "systemd_parser": [("systemd", "a.service", "[Service]\nExecStart=/bin/true\n", "[Servce]\nExecStart=/bin/true\n")],
    "workflow_schema": [
        (
            "workflow",
            "ci.yml",
            "on: push\njobs: {a: {runs-on: ubuntu-24.04, steps: [{run: make}]}}\n",
            "on: push\njobs: {a: {runs-on: ubuntu-24.04, stepz: []}}\n",
        )
    ],
    "yaml_lint": [("yaml", "x.yaml", "a: 1\n", "a: 1\na: 2\n")],
    "compose_config": [
        ("compose", "c.yaml", "services: {a: {image: 'x:1', env_file: .env}}\n", "services: {a: {image: 'x:1', networks: [gone]}}\n"),
        ("compose", "c.yaml", "services: {a: {image: 'x:${TAG:?set}'}}\n", "services: {a: {image: 'x:${UNKNOWN:?set}'}}\n"),
    ],
    "promtool": [
        ("prometheus-rules", "rules.yml", RULES, RULES.replace("5m", "5 minutes")),
        ("prometheus", "p.yml", "scrape_configs: [{job_name: a}]\n", "scrape_configs: [{job_nam: a}]\n"),
        ("prometheus-tests", "t.yml", TESTS, TESTS.replace("0x10", "1x10")),
    ],
    "amtool": [
        ("alertmanager", "am.yml", "route: {receiver: a}\nreceivers: [{name: a}]\n", "route: {receiver: b}\nreceivers: [{name: a}]\n")
    ],
    "nginx_test": [("nginx", "nginx.conf", NGINX, NGINX.replace("listen 8080", "listen 808080"))],
    "systemd_verify": [
        (
            "systemd",
            "a.timer",
            "[Timer]\nOnCalendar=Sun *-*-* 04:00:00\nUnit=a.service\n",
            "[Timer]\nOnCalendar=Sunn *-*-* 04:00:00\nUnit=a.service\n",
        )
    ],
}
CASES["squawk"] = [
    ("sql", "db/migrations/1.sql", "CREATE TABLE a (id bigint PRIMARY KEY);\n", "CREATE TABEL a (id bigint);\n"),
]
DEPLOYMENT = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'x:1.0.0'}]}\n"
CASES["kubernetes_schema"] = [("kubernetes", "k.yaml", DEPLOYMENT, DEPLOYMENT.replace("image:", "resource: {}, image:"))]
SHARED = Workspace({"rules.yml": RULES, "c.yaml": "", "a.service": "[Service]\nExecStart=/bin/true\n"}, {"TAG": "1"})


def test_every_validator_has_cases() -> None:
    assert set(CASES) == set(validators.validators())


@pytest.mark.parametrize(("name", "case"), [pytest.param(n, c, id=f"{n}-{i}") for n, cs in sorted(CASES.items()) for i, c in enumerate(cs)])
def test_a_good_text_passes_and_a_planted_fault_is_refused(name: str, case: tuple[str, str, str, str]) -> None:
    module = validators.validators()[name]
    if not module.available():
        pytest.skip(f"{module.TOOL} is not installed here")
    kind, path, good, bad = case
    first, second = (
        module.validate([Item(path, good, kind), Item(path, bad, kind)], SHARED)
        if name not in _ALONE
        else _alone(module, kind, path, good, bad)
    )
    assert first.result in ("passed", "syntax-only"), first
    assert second.result == "failed" and second.problems, second
    assert all(p.line >= 1 and p.message for p in second.problems)


_ALONE = frozenset({"compose_config", "promtool", "systemd_verify"})  # files lie at their own paths, so two of one name do not fit


def _alone(module: ModuleType, kind: str, path: str, good: str, bad: str) -> tuple[Verdict, Verdict]:
    return module.validate([Item(path, good, kind)], SHARED)[0], module.validate([Item(path, bad, kind)], SHARED)[0]


@pytest.mark.parametrize("name", sorted(n for n, m in validators.validators().items() if m.OUTSIDE))
def test_an_absent_tool_is_absent_and_never_passed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = validators.validators()[name]
    monkeypatch.setattr(_process, "find", lambda program: None)
    if hasattr(module, "find_spec"):
        monkeypatch.setattr(module, "find_spec", lambda name: None)
    if hasattr(module, "_command"):
        monkeypatch.setattr(module, "_command", lambda: None)
    kind, path, good, _ = CASES[name][0]
    assert not module.available()
    assert [v.result for v in module.validate([Item(path, good, kind)], SHARED)] == ["absent"]
    answers = [v for _, tool, v in validators.validate([Item(path, good, kind)], SHARED, outside=True) if tool == module.TOOL]
    assert [a.result for a in answers] == ["absent"] and module.INSTALL in answers[0].note


def test_a_validator_that_breaks_has_checked_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    module = validators.validators()["json_parser"]
    monkeypatch.setattr(module, "_one", lambda text: 1 / 0)
    answers = [v for _, tool, v in validators.validate([Item("x.json", "{}", "json")], Workspace(), outside=False) if tool == "json"]
    assert [(a.result, a.note) for a in answers] == [("absent", "json broke: ZeroDivisionError")]


def test_a_refusal_of_an_older_tool_is_no_verdict() -> None:
    failed = _model.verdict([_model.Problem(1, "field url_file not found")])
    older = _model.of_older_tool(failed, "amtool", "amtool, version 0.25.0 (branch: x)", "v0.28.1")
    assert (older.result, older.problems) == ("absent", ()) and "0.25.0 is older than v0.28.1" in older.note
    assert _model.of_older_tool(failed, "amtool", "amtool, version 0.28.0", "v0.28.1").result == "failed"
    assert _model.of_older_tool(failed, "amtool", "amtool, version 0.25.0", None).result == "failed"


def test_a_tool_gets_no_setting_of_the_caller_and_is_ended_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPLOYBOOK_SECRET_FOR_TEST", "x")
    sh = _process.find("sh")
    assert sh is not None
    done = _process.run([sh, "-c", "env; cat"], tmp_path, stdin="from stdin")
    assert done.status == 0 and "DEPLOYBOOK_SECRET_FOR_TEST" not in done.out and done.out.endswith("from stdin")
    assert f"HOME={tmp_path}" in done.out
    slow = _process.run([sh, "-c", "sleep 30 & wait"], tmp_path, timeout=0.3)
    assert slow.status is None and "stopped" in slow.err
    assert _process.run([str(tmp_path / "gone")], tmp_path).status is None


def test_files_of_a_plan_cannot_leave_their_folder() -> None:
    with _process.folder({"../../outside": "x", "/etc/inside": "y", "a/b": "z"}) as root:
        assert sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()) == ["a/b", "etc/inside"]


@pytest.mark.parametrize("kind", sorted({k for m in validators.validators().values() for k in m.KINDS}))
@pytest.mark.parametrize(
    "text", ["", "\0", "[" * 5000, "{" * 5000, "a: &a [*a]\n", "$(" * 2000, "\ufeff<<EOF", "<<<<<<<\n" * 50], ids=range(8)
)
def test_no_text_makes_a_library_validator_raise(kind: str, text: str) -> None:
    for _, _, answer in validators.validate([Item("x", text, kind)], Workspace(), outside=False):
        assert answer.result in ("passed", "failed", "syntax-only", "absent")
        assert "broke" not in answer.note, answer


def test_the_inventory_names_every_outside_tool_with_its_install_hint() -> None:
    listed: Any = validators.inventory()
    assert {t for t, _, _ in listed} == {m.TOOL for m in validators.validators().values() if m.OUTSIDE}
    assert all(hint for _, _, hint in listed)


def test_manifests_are_judged_by_the_newest_strict_schema_that_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's folder is read as it lies there: two versions, one kind, references into the common definitions."""
    module = validators.validators()["kubernetes_schema"]
    for version, least in (("v1.9.0", "a"), ("v1.31.0", "b")):
        folder = tmp_path / "kubernetes_validate" / "kubernetes-json-schema" / f"{version}-local-strict"
        folder.mkdir(parents=True)
        (folder / "_definitions.json").write_text(json.dumps({"$id": "_definitions.json", "definitions": {"name": {"type": "string"}}}))
        wanted = {"properties": {"kind": {}, "apiVersion": {}, least: {"$ref": "_definitions.json#/definitions/name"}}}
        (folder / "role-rbac-v1.json").write_text(json.dumps({"$id": "role", "additionalProperties": False, **wanted}))
    (tmp_path / "kubernetes_validate" / "__init__.py").write_text("raise ImportError('it is read, not run')")
    monkeypatch.syspath_prepend(tmp_path)
    for cached in (module._folder, module._definitions, module._schema):
        cached.cache_clear()
    texts = [f"apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n{line}\n" for line in ("b: x", "b: 1", "a: x")]
    others = ["apiVersion: x.io/v1\nkind: Other\n", "kind: {{ .Kind }}\n", "a: [\n"]
    found = module.validate([Item("k.yaml", text, "kubernetes") for text in (*texts, *others)], Workspace())
    for cached in (module._folder, module._definitions, module._schema):
        cached.cache_clear()
    assert [v.result for v in found] == ["passed", "failed", "failed", "absent", "absent", "failed"]
    assert [p.line for p in found[1].problems] == [3] and found[3].note == "no schema for Other"
