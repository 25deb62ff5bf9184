"""Dockerfile recipes for every package manager on Debian and Alpine bases: what each must hold, and what hadolint says of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from deploybook.core.errors import NothingDetected
from deploybook.core.facts import Service
from deploybook.tools.dockerfile import (
    Patched,
    Recipe,
    bases,
    better_base,
    context,
    doubts,
    foreign_sources,
    generate,
    lives_with_root,
    patched,
    runtimes,
    start,
    tidied,
    workdir_of,
)

CASES: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "recipes.yaml").read_text("utf-8"))
APT = {"build-essential": "12.9", "libpq-dev": "15.20-0+deb12u1", "libpq5": "15.20-0+deb12u1", "openssl": "3.0.22-1~deb12u2"}
TOOLS = {"uv": "0.13.0", "poetry": "2.5.1", "pnpm": "12.21.0", "golang-migrate": "4.19.1"}
BASES = {"python": "python:3.13.1-slim-bookworm", "node": "node:22.12.0-bookworm-slim"}
ALPINE = {"python": "python:3.13.1-alpine3.21", "node": "node:22.12.0-alpine3.21"}


def _recipe(case: dict[str, Any], image: str | None = None) -> Recipe:
    fields = {"name": "api", "path": ".", "role": "web", "port": 8000, "runtime": case["runtime"], "language": case["runtime"]}
    fields |= case.get("service", {})
    if isinstance(fields.get("libraries"), list):
        fields["libraries"] = dict.fromkeys(fields["libraries"], "")
    service = Service.model_validate(fields)
    images = bases(service)
    return Recipe(
        service=service,
        image=image or case.get("image") or images.get("run") or BASES[case["runtime"]],
        command=tuple(case.get("command", ["start", "--now"])),
        tools=TOOLS,
        apt=APT,
        migration_tool=case.get("migration_tool"),
        migration_files=tuple(case.get("migration_files", [])),
        images=images,
        stores=tuple(case.get("stores", [])),
    )


def _instructions(text: str) -> list[tuple[str, str]]:
    joined = text.replace("\\\n", " ")
    return [(line.split(" ", 1)[0], line.split(" ", 1)[-1]) for line in joined.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("name", CASES)
def test_a_recipe_holds_what_it_must(name: str) -> None:
    case = CASES[name]
    text = generate(_recipe(case))
    for line in case["holds"]:
        assert line in text.splitlines() or line in text, f"{line}\nis missing in\n{text}"
    for line in case.get("lacks", []):
        assert line not in text, f"{line}\nstands in\n{text}"
    assert [d.subject for d in doubts(_recipe(case))] == case.get("doubts", [])


@pytest.mark.parametrize("name", CASES)
def test_every_image_is_staged_unprivileged_and_starts_in_exec_form(name: str) -> None:
    steps = _instructions(generate(_recipe(CASES[name])))
    words = [w for w, _ in steps]
    assert words.count("FROM") >= 2 and words[-1] == "CMD" and steps[-1][1] == '["start", "--now"]'
    last = max(n for n, w in enumerate(words) if w == "FROM")
    users = [rest for w, rest in steps[last:] if w == "USER"]
    assert users in (["10001:10001"], ["node"], ["www-data"]) and ("EXPOSE", "8000") in steps[last:]
    copied = [n for n, (w, rest) in enumerate(steps) if w == "COPY" and rest.startswith(". .")]
    installs = [n for n, (w, rest) in enumerate(steps) if w == "RUN" and "--mount=type=cache" in rest]
    assert installs and (min(installs) < min(copied) or not CASES[name].get("lock", True)), "code is copied after its dependencies"
    assert not any(rest.startswith(("-r ", "--requirement ")) and "latest" in rest for _, rest in steps)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("alpine", [False, True])
def test_hadolint_finds_no_error(name: str, alpine: bool, tmp_path: Path) -> None:
    hadolint = shutil.which("hadolint", path=f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin")
    if hadolint is None:
        pytest.skip("hadolint is not installed")
    case = CASES[name]
    if alpine and case["runtime"] not in ALPINE:
        pytest.skip("the recipe chooses its images itself")
    image = ALPINE[case["runtime"]] if alpine else None
    path = tmp_path / "Dockerfile"
    path.write_text(generate(_recipe(case, image)))
    command = [hadolint, "--no-color", "--failure-threshold", "warning", "--ignore", "DL3042", "--ignore", "DL3059", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + path.read_text()


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if c["runtime"] in ALPINE])
def test_an_alpine_base_gets_alpines_programs(name: str) -> None:
    case = CASES[name]
    text = generate(_recipe(case, ALPINE[case["runtime"]]))
    assert "apt-get" not in text and "useradd" not in text
    assert ("apk add --no-cache" in text) == ("apt-get" in generate(_recipe(case, BASES[case["runtime"]])))


@pytest.mark.parametrize(
    ("runtime", "libraries", "image", "wanted"),
    [
        ("node", ["@prisma/client"], "node:22.23.2-alpine3.24", "node:22.23.2-bookworm-slim"),
        ("node", ["@prisma/client"], "node:22.23.2-bookworm-slim", None),
        ("node", ["express"], "node:22.23.2-alpine3.24", None),
        ("python", ["mysqlclient"], "python:3.12.14-slim-trixie", "python:3.12.14-trixie"),
        ("python", ["mysqlclient"], "python:3.12.14-alpine3.24", "python:3.12.14-bookworm"),
        ("python", ["mysqlclient"], "python:3.12.14-bookworm", None),
        ("python", ["psycopg2"], "python:3.12.14-alpine3.24", "python:3.12.14-slim-bookworm"),
        ("python", ["psycopg2"], "python:3.12.14-slim-bookworm", None),
        ("python", ["psycopg2-binary"], "python:3.12.14-alpine3.24", None),
        ("cobol", [], "cobol:1", None),
    ],
)
def test_a_base_is_changed_only_where_a_package_has_no_known_version(
    runtime: str, libraries: list[str], image: str, wanted: str | None
) -> None:
    service = _recipe({"runtime": runtime, "image": image, "service": {"libraries": libraries}}).service
    better = better_base(service, image)
    assert (better[0] if better else None) == wanted and (better is None or better[1])


def test_a_runtime_without_a_recipe_is_refused_with_a_hint() -> None:
    with pytest.raises(NothingDetected) as caught:
        generate(_recipe({"runtime": "cobol", "image": "cobol:1"}))
    assert "cobol" in caught.value.what and "python" in caught.value.why and "Dockerfile" in caught.value.hint
    assert doubts(_recipe({"runtime": "cobol", "image": "cobol:1"})) == () and "cobol" not in runtimes()


OWN = """\
# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
RUN pip install .

FROM --platform=$TARGETPLATFORM python:3.13-slim
COPY --from=build /opt /opt
WORKDIR /srv
ENTRYPOINT ["serve"]
CMD ["--port", "80"]
"""


def test_a_patch_changes_bases_and_user_and_nothing_else() -> None:
    exact = "python:3.13.1-slim-bookworm"
    done = patched(OWN, "Dockerfile", [exact, exact], "10001:10001", "/srv")
    wanted = (
        OWN.replace("# syntax=docker/dockerfile:1\n", "")
        .replace("python:3.13-slim", exact)
        .replace("ENTRYPOINT", "RUN chown -R 10001:10001 /srv\nENV HOME=/tmp\nUSER 10001:10001\nENTRYPOINT")
    )
    assert done.text == wanted
    assert done.diff.startswith("--- a/Dockerfile\n+++ b/Dockerfile\n") and done.diff.count("\n-FROM") == 2 and done.diff.count("\n+") == 6


def test_the_patch_applies_to_the_file_that_it_was_made_from(tmp_path: Path) -> None:
    for text in (OWN, OWN.rstrip("\n")):
        done = patched(text, "Dockerfile", [None, "python:3.13.1-slim"], None)
        (tmp_path / "Dockerfile").write_text(text if text.endswith("\n") else text + "\n")
        applied = subprocess.run(
            ["git", "apply", "-"], input=done.diff, cwd=tmp_path, text=True, capture_output=True, timeout=30, check=False
        )
        assert applied.returncode == 0, applied.stderr
        assert (tmp_path / "Dockerfile").read_text() == done.text


def test_a_file_without_a_command_gets_its_user_at_the_end() -> None:
    assert patched("FROM scratch\nCOPY app /app\n", "Dockerfile", [None], "10001:10001").text.endswith("ENV HOME=/tmp\nUSER 10001:10001\n")


def test_nothing_to_change_leaves_the_file_alone() -> None:
    own = OWN.partition("\n")[2]
    assert patched(own, "Dockerfile", [None, None], None) == Patched(own, "")


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if "bases" in c or "start" in c])
def test_a_recipe_chooses_exact_images_and_a_command(name: str) -> None:
    case = CASES[name]
    service = _recipe(case).service
    assert bases(service) == case["bases"]
    assert list(start(service)) == case["start"]
    assert all(":" in reference and "latest" not in reference for reference in bases(service).values())


def test_what_is_built_from_the_whole_repository_says_so() -> None:
    service = {"path": "src/api", "manifest": "src/api/api.csproj"}
    whole = _recipe({"runtime": "dotnet", "service": service}).service
    assert context(whole) == "." and "src/api/api.csproj" in generate(_recipe({"runtime": "dotnet", "service": service}))
    assert context(_recipe({"runtime": "python", "service": {"path": "src/api"}}).service) == "src/api"


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("ADD . /app", "COPY . /app"),
        ("add --chown=1:1 go.mod go.sum ./", "COPY --chown=1:1 go.mod go.sum ./"),
        ("ADD https://example.org/x /x", "ADD https://example.org/x /x"),
        ("ADD rootfs.tar.gz /", "ADD rootfs.tar.gz /"),
        ('ADD ["site.tgz", "/"]', 'ADD ["site.tgz", "/"]'),
        ("ADD a \\", "ADD a \\"),
        ("RUN echo ADD . /app", "RUN echo ADD . /app"),
    ],
)
def test_add_becomes_copy_for_plain_files_only(line: str, wanted: str) -> None:
    text, changes = tidied(f"FROM scratch\n{line}\n")
    assert text == f"FROM scratch\n{wanted}\n" and bool(changes) == (line != wanted)


@pytest.mark.parametrize(
    ("first", "kept"),
    [
        ("# syntax=docker/dockerfile:1", False),
        ("#syntax = docker/dockerfile", False),
        (f"# syntax=a/b@sha256:{'0' * 64}", True),
        ("# Built by CI", True),
    ],
)
def test_a_floating_syntax_image_is_taken_out(first: str, kept: bool) -> None:
    text, changes = tidied(f"{first}\nFROM scratch\n")
    assert text.startswith(first) == kept and bool(changes) != kept


@pytest.mark.parametrize(
    ("run", "wanted"),
    [
        ("RUN apk upgrade --no-cache && \\\n  apk add --no-cache curl", "RUN apk add --no-cache curl"),
        ("RUN apk update && apk upgrade && apk add curl", "RUN apk update && apk add curl"),
        ("RUN apt-get update \\\n && apt-get -y dist-upgrade \\\n && x", "RUN apt-get update \\\n && x"),
        ("RUN apt-get update && apt-get upgrade -y", "RUN apt-get update"),
        ("RUN dnf -y update", ""),
        ("RUN apk upgrade --no-cache libssl3 && true", "RUN apk upgrade --no-cache libssl3 && true"),
        ("RUN dnf update -y curl-8.0.1", "RUN dnf update -y curl-8.0.1"),
        ("RUN echo apk upgrade && true", "RUN echo apk upgrade && true"),
        ("RUN --mount=type=cache,target=/c apk upgrade && apk add curl", "RUN --mount=type=cache,target=/c apk add curl"),
    ],
)
def test_an_upgrade_of_everything_is_taken_out_of_a_build(run: str, wanted: str) -> None:
    text, changes = tidied(f"FROM scratch\n{run}\nUSER 1\n")
    assert text == f"FROM scratch\n{wanted}\nUSER 1\n".replace("\n\n", "\n") and bool(changes) == (run != wanted)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("EXPOSE ${PORT:-3333}", "EXPOSE 3333"),
        ("EXPOSE 80 ${ADMIN-9000}/tcp", "EXPOSE 80 9000/tcp"),
        ("EXPOSE ${PORT}", "EXPOSE ${PORT}"),
        ("ENV P=${PORT:-1}", "ENV P=${PORT:-1}"),
    ],
)
def test_an_exposed_port_is_a_number_where_its_variable_has_a_default(line: str, wanted: str) -> None:
    text, changes = tidied(f"FROM scratch\n{line}\n")
    assert text == f"FROM scratch\n{wanted}\n" and bool(changes) == (line != wanted)


def test_a_health_checks_own_command_is_not_where_the_user_changes() -> None:
    text = "FROM scratch\nHEALTHCHECK --interval=30s \\\n  CMD true\nCMD [\"/app\"]\n"
    made = patched(text, "Dockerfile", [None], "10001:10001").text
    assert made == 'FROM scratch\nHEALTHCHECK --interval=30s \\\n  CMD true\nENV HOME=/tmp\nUSER 10001:10001\nCMD ["/app"]\n'


@pytest.mark.parametrize(
    ("target", "left"),
    [("app", ["build", "app"]), ("APP", ["build", "app"]), ("test", ["build", "app", "test"]), (None, ["build", "app", "test"])],
)
def test_stages_behind_the_target_are_left_out(target: str | None, left: list[str]) -> None:
    text = "FROM a:1 AS build\n\nFROM b:1 AS app\nCMD x\n\n# Tests\nFROM app AS test\nCMD y\n"
    made = patched(text, "Dockerfile", ["a:1.0.0", "b:1.0.0", None], None, None, target).text
    assert [line.split()[-1] for line in made.splitlines() if line.startswith("FROM")] == left
    assert ("# Tests" in made) == ("test" in left) and "FROM b:1.0.0 AS app" in made


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("FROM ubuntu:22.04\nRUN uv python install 3.12.8 && uv sync --locked\n", True),
        ("FROM debian:13.7\nENV PATH=/root/.cargo/bin:$PATH\n", True),
        ('FROM debian:13.7\nENV PATH="$HOME/.bun/bin:$PATH"\n', True),
        ("FROM debian:13.7\nENV UV_PYTHON_INSTALL_DIR=/opt/python\nRUN uv python install 3.12.8\n", False),
        ("FROM debian:13.7 AS build\nENV PATH=/root/.cargo/bin:$PATH\nFROM debian:13.7\nCOPY --from=build /app /app\n", False),
        ("FROM debian:13.7\nENV PATH=/root/.bun/bin:$PATH\nUSER app\n", False),
        ("FROM debian:13.7\nENV PATH=/app/.venv/bin:$PATH\n", False),
        ("no file", False),
    ],
)
def test_an_image_that_keeps_its_runtime_in_roots_home_is_known(text: str, wanted: bool) -> None:
    assert lives_with_root(text) is wanted


@pytest.mark.parametrize(
    ("manifest", "lock", "where", "inside"),
    [
        ("apps/api/package.json", "pnpm-lock.yaml", ".", "/app/apps/api"),
        ("src/web/package.json", "src/yarn.lock", "src", "/app/web"),
        ("api/package.json", "api/package-lock.json", "api", "/app"),
        ("api/package.json", None, "api", "/app"),
        ("api/package.json", "web/package-lock.json", "api", "/app"),
    ],
)
def test_a_member_of_a_workspace_is_built_from_its_root(manifest: str, lock: str | None, where: str, inside: str) -> None:
    service = Service(name="api", path=manifest.rpartition("/")[0], role="web", runtime="node", manifest=manifest, lock_file=lock)
    assert (context(service), workdir_of(service)) == (where, inside)


def test_images_that_files_are_copied_from_are_named_exactly() -> None:
    text = (
        "FROM a:1.0.0 AS build\nCOPY --from=ghcr.io/astral-sh/uv /uv /bin/\nFROM b:1.0.0\nCOPY --chown=1:1 --from=build /x /x\n"
        "COPY --from=0 /y /y\nCOPY --from=$TOOL /z /z\nFROM b:1.0.0 AS test\nCOPY --from=acme/tests /t /t\n"
    )
    assert foreign_sources(text) == ("ghcr.io/astral-sh/uv", "acme/tests")
    made = patched(text, "Dockerfile", [None, None, None], None, copied={"ghcr.io/astral-sh/uv": "ghcr.io/astral-sh/uv:0.13.0"}).text
    assert made == text.replace("astral-sh/uv ", "astral-sh/uv:0.13.0 ")


def test_a_value_that_was_taken_out_is_a_plain_word_of_the_dockerfile() -> None:
    text = 'FROM a:1.0.0\nENV URL="postgresql://user:[REDACTED:url-credential]@localhost/dummy" KEY=[REDACTED:secret]\n'
    made = patched(text, "Dockerfile", [None], None).text
    assert made == 'FROM a:1.0.0\nENV URL="postgresql://user:REDACTED@localhost/dummy" KEY=REDACTED\n'
