"""What a folder's check reads and judges: deployment files are judged, what explains them is read beside them, the rest is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from deploybook.tools.checks import PlanView, load, run

COMPOSE = "services:\n  web: {image: 'shop/web:1.4.2'}\n"


def _folder(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


def test_a_file_of_a_terraform_folder_is_judged_whatever_it_is_called(tmp_path: Path) -> None:
    files = {"infra/main.tf": 'resource "a" "b" {}\n', "infra/env-development.tf": 'resource "c" "d" {}\n', "dev/main.tf": "\n"}
    loaded = load(_folder(tmp_path, files))
    assert [a.path for a in loaded.plan.artifacts] == ["infra/env-development.tf", "infra/main.tf"]


def test_what_explains_a_judged_file_is_read_beside_it(tmp_path: Path) -> None:
    files = {
        "compose.yaml": COMPOSE,
        "compose.override.yaml.example": COMPOSE,
        "compose.dev.yaml": COMPOSE,
        "Makefile": "build:\n\tdocker build .\n",
        "docker/entrypoint.sh": "#!/bin/sh\nexec gosu app run\n",
    }
    loaded = load(_folder(tmp_path, files))
    assert [a.path for a in loaded.plan.artifacts] == ["compose.yaml"]
    assert sorted(loaded.beside) == ["Makefile", "compose.dev.yaml", "compose.override.yaml.example", "docker/entrypoint.sh"]


def test_templates_and_values_of_a_chart_are_no_files_that_are_applied(tmp_path: Path) -> None:
    files = {
        "compose.yaml": COMPOSE,
        "deploy/shop/templates/extra.yaml": "{{- if .Values.extra }}\n{{ toYaml .Values.extra }}\n{{- end }}\n",
        "docker-compose.tmpl.yml": "services:\n{{ if .Env.CHAT }}\n  chat: {image: 'shop/chat:1.0.0'}\n{{ end }}\n",
        "template/Dockerfile": "FROM shop\n<% if (db) print 'RUN x' %>\n",
        "deploy/shop-stack/values.yaml": "version: 9.6.0\nservices: []\nconfig: {}\n",
    }
    loaded = load(_folder(tmp_path, files))
    kinds = {a.path for a in loaded.plan.artifacts}
    assert not kinds & {"deploy/shop/templates/extra.yaml", "docker-compose.tmpl.yml", "template/Dockerfile"} and "compose.yaml" in kinds
    assert not [f for f in loaded.plan.artifacts if f.language == "compose" and f.path.endswith("values.yaml")]


def test_a_file_that_the_readme_calls_a_show_is_not_judged(tmp_path: Path) -> None:
    told = "# Shop\n\n- `compose.yaml`: what we run\n- `pwd.yml`: disposable demo environment (non-production)\n"
    loaded = load(_folder(tmp_path, {"compose.yaml": COMPOSE, "pwd.yml": COMPOSE, "README.md": told}))
    assert [a.path for a in loaded.plan.artifacts] == ["compose.yaml"] and "pwd.yml" in loaded.beside


def test_tasks_of_a_role_are_judged(tmp_path: Path) -> None:
    tasks = "- name: Run it\n  community.docker.docker_container: {name: web, image: 'nginx:latest'}\n"
    loaded = load(_folder(tmp_path, {"roles/web/tasks/main.yml": tasks, "roles/web/vars.yml": "web_port: 80\n"}))
    assert [a.path for a in loaded.plan.artifacts] == ["roles/web/tasks/main.yml"]


def test_half_of_a_terraform_folder_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploybook.tools.checks._collect.MOST_TAKEN", 3)
    names = ("a/main.tf", "a/variables.tf", "b/main.tf", "b/variables.tf")
    loaded = load(_folder(tmp_path, dict.fromkeys(names, 'variable "a" {}\n')))
    assert [a.path for a in loaded.plan.artifacts] == ["a/main.tf", "a/variables.tf"]
    assert any("the rest was not checked" in note for note in loaded.notes)


def test_a_folder_of_pages_is_read_although_a_file_lies_deeper(tmp_path: Path) -> None:
    pages = {f"install/{n}.md": f"# Step {n}\n\n```sh\nsystemctl restart shop-{n}\n```\n" for n in range(4)}
    loaded = load(_folder(tmp_path / "docs", {**pages, "proxy/nginx.conf": "events {}\nhttp {}\n"}))
    assert len(loaded.pages) == 4 and len(loaded.plan.steps) == 4
    repository = load(_folder(tmp_path / "repository", {**pages, "compose.yaml": COMPOSE}))
    assert repository.pages == () and [a.path for a in repository.plan.artifacts] == ["compose.yaml"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("old/compose.yaml", COMPOSE),
        (".archive/shop/compose.yaml", COMPOSE),
        ("compose-deprecated.yaml", COMPOSE),
        ("shop-commands.sh", "#!/bin/sh\ndocker run shop:latest\n"),
        ("run-systest.sh", "#!/bin/sh\ndocker run shop:latest\n"),
        ("docker-compose.yml", "# Shop\n# Docker Compose for local development\n" + COMPOSE),
        ("docker-compose.yml", "version: '3.9'\n\n# Shop: Local Development Environment\n" + COMPOSE),
        ("compose.yml", "services:\n  web:\n    volumes:\n      - ./src:/var/www/html\n  mail:\n    image: mailhog/mailhog\n"),
        ("z-inactive/setup.sh", "#!/bin/sh\nhelm install a b/c\n"),
        ("docker-compose.yml", "# Do not use this in production!\n" + COMPOSE),
        (".env", "APP_ENV=development\nTAG=latest\n"),
        ("docker-compose.yml", "services:\n  web:\n    build: {context: .}\n  api:\n    build:\n      target: dev\n"),
        ("Dockerfile", "FROM node:20 AS base\nFROM base AS shop-dev-runner\nRUN x\n"),
    ],
)
def test_what_nobody_deploys_is_not_judged(tmp_path: Path, path: str, text: str) -> None:
    loaded = load(_folder(tmp_path, {"live/compose.yaml": COMPOSE, path: text}))
    assert [a.path for a in loaded.plan.artifacts] == ["live/compose.yaml"] and path in loaded.beside


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("update-latest.sh", "#!/bin/sh\ndocker pull shop\n"),
        ("docker-compose.yml", "# For local development use compose.dev.yaml instead\n" + COMPOSE),
        ("docker-compose.yml", COMPOSE + "# for local development\n"),
        (".env", "APP_ENV=production\nTAG=latest\n"),
        ("Dockerfile", "FROM node:20 AS dev\nRUN x\nFROM node:20\nCOPY --from=dev /app /app\n"),
    ],
)
def test_a_file_that_only_speaks_of_development_is_judged(tmp_path: Path, path: str, text: str) -> None:
    loaded = load(_folder(tmp_path, {"live/compose.yaml": COMPOSE, path: text}))
    assert sorted(a.path for a in loaded.plan.artifacts) == sorted(["live/compose.yaml", path])


def test_a_dockerfile_that_nothing_names_is_not_judged(tmp_path: Path) -> None:
    build = "services:\n  web:\n    build: {context: ., dockerfile: web/Dockerfile.web}\n"
    files = dict.fromkeys(("web/Dockerfile.web", "web/Dockerfile", "web/Dockerfile-nginx-", "api/Dockerfile.api"), "FROM shop:1.0.0\n")
    loaded = load(_folder(tmp_path, {"compose.yaml": build, "ci/build.py": "run(f'docker build -f api/Dockerfile.api api')\n", **files}))
    assert [a.path for a in loaded.plan.artifacts] == ["api/Dockerfile.api", "compose.yaml", "web/Dockerfile", "web/Dockerfile.web"]


def test_dockerfiles_that_a_script_names_by_a_variable_are_judged(tmp_path: Path) -> None:
    files = {"Dockerfile.a": "FROM shop:1.0.0\n", "Dockerfile.b": "FROM shop:1.0.0\n"}
    loaded = load(_folder(tmp_path, {"compose.yaml": COMPOSE, "build.sh": "docker build -f Dockerfile.$1 .\n", **files}))
    assert [a.path for a in loaded.plan.artifacts] == ["Dockerfile.a", "Dockerfile.b", "build.sh", "compose.yaml"]


def test_a_page_about_a_program_is_no_file_of_it(tmp_path: Path) -> None:
    page = "# A proxy\n\n```sh\nsystemctl reload haproxy\n```\n"
    loaded = load(_folder(tmp_path, {"compose.yaml": COMPOSE, "docs/haproxy.mdx": page, "docs/haproxy.png": "x"}))
    assert [a.path for a in loaded.plan.artifacts] == ["compose.yaml"]


def test_a_link_is_a_path_that_is_there_and_nothing_behind_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "main.tf").write_text('provider "aws" {\n  region = var.region\n}\n')
    (tmp_path / "variables.tf").write_text('variable "region" {}\n')
    (tmp_path / "infra" / "variables.tf").symlink_to("../variables.tf")
    loaded = load(tmp_path)
    assert loaded.files is not None and "infra/variables.tf" in loaded.files
    assert "infra/variables.tf" not in {a.path for a in loaded.plan.artifacts}
    view = PlanView(loaded.plan, foreign=True, files=loaded.files, whole=False)
    assert not [f.message for f in run(view, only=["terraform_bootstrap"]).findings if f.code == "LNK082"]


@pytest.mark.parametrize("record", ["docs/plans/deploy.md", "docs/2026-02-22-deploy.md", "docs/reports/restore.md", "adr/0007-deploy.md"])
def test_the_record_of_what_was_planned_or_done_once_is_not_followed(tmp_path: Path, record: str) -> None:
    page = "# Deploy\n\n```sh\nsystemctl restart shop\n```\n"
    loaded = load(_folder(tmp_path, {"compose.yaml": COMPOSE, "docs/deploy.md": page, record: page}))
    assert [page for page, _ in loaded.pages] == ["docs/deploy.md"]


def test_what_pages_show_from_a_folder_of_their_own_is_no_deployment(tmp_path: Path) -> None:
    pages = {f"docs/{n}.md": "```sh\ndf -h\n```\n" for n in range(12)}
    loaded = load(_folder(tmp_path, {**pages, "docs/assets/app.yaml": COMPOSE, "deploy/compose.yaml": COMPOSE}))
    assert [a.path for a in loaded.plan.artifacts] == ["deploy/compose.yaml"] and len(loaded.pages) == 12


def test_a_compose_file_that_tries_one_store_in_many_versions_is_not_judged(tmp_path: Path) -> None:
    stores = "services:\n" + "".join(f"  pg{n}:\n    image: postgres:{n}\n    ports: ['{n}00:5432']\n" for n in (13, 14, 15))
    loaded = load(_folder(tmp_path, {"compose.yaml": COMPOSE, "docker-compose-pg.yml": stores}))
    assert [a.path for a in loaded.plan.artifacts] == ["compose.yaml"]


def test_a_folder_that_shows_something_stops_nobody_before_release(tmp_path: Path) -> None:
    """What a demonstration leaves open is a warning at review: the same file of a folder that is deployed is an error."""
    files = {"compose.yaml": "services:\n  web: {image: 'shop/web:latest'}\n"}
    found = {}
    for title in ("Shop", "Shop demo"):
        loaded = load(_folder(tmp_path / title, {**files, "README.md": f"# {title}\n"}))
        for profile in ("review", "release"):
            view = PlanView(loaded.plan, foreign=True, whole=False, profile=profile, beside=loaded.beside)
            found[title, profile] = [f.severity for f in run(view, only=["pinning"]).findings]
    assert found["Shop", "review"] == found["Shop", "release"] == found["Shop demo", "release"] == ["error"]
    assert found["Shop demo", "review"] == ["warning"]


def test_a_page_stops_by_its_whole_files_and_not_by_its_commands(tmp_path: Path) -> None:
    file, command = "services:\n  web:\n    image: shop/web:latest", "docker run -d shop/till:latest"
    page = f"# Shop\n\n## Deploy\n\n```yaml\n{file}\n```\n\n```sh\n{command}\n```\n"
    loaded = load(_folder(tmp_path, {"deploy.md": page, "restore.md": "# Restore\n\n```sh\ndocker compose stop web\n```\n"}))
    told = {}
    for profile in ("review", "release"):
        view = PlanView(loaded.plan, foreign=True, whole=False, profile=profile, origins=loaded.origins)
        told[profile] = {f.location.quote: f.severity for f in run(view, only=["pinning"]).findings}
    assert told["review"] == {"shop/web:latest": "error", "shop/till:latest": "warning"}
    assert set(told["release"].values()) == {"error"}
    alone = load(_folder(tmp_path / "own", {"runbook.md": page}))
    view = PlanView(alone.plan, foreign=True, whole=False, profile="review", origins=alone.origins)
    assert {f.severity for f in run(view, only=["pinning"]).findings} == {"error"}, "the one page is what somebody follows"
