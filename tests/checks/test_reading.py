"""The readers: shell, docker command lines, compose, Dockerfiles, YAML with lines, Markdown runbooks."""

from __future__ import annotations

import pytest
from deploybook.tools.checks._markdown import from_markdown
from deploybook.tools.checks._view import dockerfiles
from deploybook.tools.checks._view.compose import ComposeFile
from deploybook.tools.checks._view.interpolation import references
from deploybook.tools.checks._view.invocations import invocations
from deploybook.tools.checks._view.kinds import kind_of
from deploybook.tools.checks._view.nginx import directives
from deploybook.tools.checks._view.outcomes import cannot_fail
from deploybook.tools.checks._view.shell import MAX_BYTES, parse
from deploybook.tools.yaml12 import Map, YamlError, load_all


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a 'b c' \"d e\"", ["a", "b c", "d e"]),
        ('a "x\\$y" z\\ w', ["a", "x$y", "z w"]),
        ("a $X ${Y:-d} ${Z:?m}", ["a", "${X}", "${Y}", "${Z}"]),
        ('a "$HOME/x y" b', ["a", "${HOME}/x y", "b"]),
        ("a $(b c) `d`", ["a", "$(…)", "$(…)"]),
        ("a $'x\\ny'", ["a", "x\ny"]),
        ("a \\\n  b", ["a", "b"]),
        ("X=1 Y=$Z a b", ["a", "b"]),
    ],
)
def test_words_are_what_the_shell_sees(text: str, words: list[str]) -> None:
    commands = [c for c in parse(text).commands if c.words]
    assert [w.template for w in commands[0].words] == words


def test_variables_carry_how_they_are_used() -> None:
    uses = {v.name: v for c in parse('a "$A" ${B:-x} ${C:?set} ${D##*/} $((E + 1))').commands for w in c.words for v in w.variables}
    assert (uses["A"].optional, uses["B"].optional, uses["C"].guarded, uses["D"].operator) == (False, True, True, "##")
    assert "E" in uses


def test_heredocs_redirections_and_followers_belong_to_their_command() -> None:
    script = parse("cat > a <<'EOF' && b\nx $Y\nEOF\nc <<EOF | d 2>/dev/null\n$Z\nEOF\n")
    first = script.commands[0]
    assert [(r.operator, r.heredoc, r.expands) for r in first.redirects] == [(">", None, False), ("<<", "x $Y\n", False)]
    assert [c.name for c in script.commands] == ["cat", "b", "c", "d"]
    assert [v.name for r in script.commands[2].redirects for v in r.variables] == ["Z"]


def test_assignments_on_one_line_do_not_swallow_the_next_command() -> None:
    script = parse("x=$(a | b) y=1\ndiff <(c) <(d)\n")
    assert [c.name for c in script.commands] == ["", "a", "b", "diff", "c", "d"] and script.errors == ()


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("sudo -u app env A=1 timeout 5 psql -c x", [("psql", "here", "")]),
        ("sh -c 'a; b'", [("sh", "here", ""), ("a", "here", ""), ("b", "here", "")]),
        (
            "docker compose -f x.yaml --profile ops exec -T -u root db sh -c 'pg_isready -q'",
            [("docker", "here", ""), ("sh", "container", "db"), ("pg_isready", "container", "db")],
        ),
        ("docker run --rm -e A=1 -v a:/b --entrypoint x img:1 cmd y", [("docker", "here", ""), ("cmd", "container", "img:1")]),
        ("ssh -i k user@h 'cd /x && ls'", [("ssh", "here", ""), ("cd", "remote", "user@h"), ("ls", "remote", "user@h")]),
        ("command -v git", [("command", "here", "")]),
        (
            'dc() { docker compose -f c.yaml "$@"; }\ndc exec -T db ls',
            [("docker", "here", ""), ("docker", "here", ""), ("ls", "container", "db")],
        ),
        ("ls | xargs -r -n1 rm -f", [("ls", "here", ""), ("rm", "here", "")]),
    ],
)
def test_invocations_see_through_wrappers_containers_and_inner_scripts(text: str, seen: list[tuple[str, str, str]]) -> None:
    assert [(c.name, c.where, c.place) for c in invocations(parse(text))] == seen


@pytest.mark.parametrize(
    ("text", "vacuous"),
    [
        ("", True),
        ("true", True),
        ("false", False),
        ("a", False),
        ("a || true", True),
        ("a || exit 1", False),
        ("a && echo ok", False),
        ("echo a; b", False),
        ("if a; then echo b; fi", True),
        ("if a; then echo b; else exit 1; fi", False),
        ("! a", False),
        ("a | cat", False),
        ("docker ps | cat", True),
        ("for i in 1 2; do a && break; sleep 1; done", True),
        ("until a; do sleep 1; done", False),
        ("f() { return 1; }\nf", False),
        ("f() { echo x; }\nf", True),
        ('[ -n "$x" ]', False),
        ("x=$(a)", False),
        ("(a || true)", True),
        ("case $x in a) ;; *) exit 1;; esac", False),
        ("exit 0", True),
    ],
)
def test_what_cannot_fail(text: str, vacuous: bool) -> None:
    assert cannot_fail(parse(text)) is vacuous


def test_a_hostile_script_is_left_unread_and_said_to_be() -> None:
    assert parse("x" * (MAX_BYTES + 1)).unread
    deep = parse("(" * 3000 + "a" + ")" * 3000)
    assert deep.unread or deep.errors or deep.commands is not None


def test_yaml_knows_lines_booleans_and_duplicates_and_survives_bombs() -> None:
    (document,), duplicates = load_all("on: yes\na: &x\n  b: true\nc: *x\nc: 1\n")
    assert isinstance(document, Map) and document["on"] == "yes" and document["a"]["b"] is True
    assert document.line_of("c") == 5 and duplicates == [(5, "c")]
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(20)
    )
    assert len(load_all(bomb)[0][0]) == 21
    with pytest.raises(YamlError):
        load_all("[" * 100_000)


def test_compose_entries_in_long_and_short_form() -> None:
    text = """services:
  a:
    image: x
    ports: ["127.0.0.1:8080:80/tcp", "443:443", "9000", {target: 53, published: 53, protocol: udp}]
    volumes: ["data:/d", "./x:/y:ro", "/z", {type: bind, source: ./q, target: /q, read_only: true}]
    environment: [A=1, B]
    env_file: [{path: .env, required: false}, b.env]
    networks: {n: {aliases: [alias]}}
"""
    (document,), _ = load_all(text)
    service = ComposeFile("deploy/c.yaml", "deploy", document).services["a"]
    assert [(p.host, p.published, p.target, p.protocol, p.local) for p in service.ports] == [
        ("127.0.0.1", "8080", "80", "tcp", True),
        ("", "443", "443", "tcp", False),
        ("", None, "9000", "tcp", False),
        ("", "53", "53", "udp", False),
    ]
    assert [(m.kind, m.source, m.target, m.read_only) for m in service.mounts] == [
        ("volume", "data", "/d", False),
        ("bind", "./x", "/y", True),
        ("volume", "", "/z", False),
        ("bind", "./q", "/q", True),
    ]
    assert {k: v for k, (v, _) in service.environment.items()} == {"A": "1", "B": None}
    assert [(p, r) for p, _, r in service.env_files] == [(".env", False), ("b.env", True)]
    assert service.aliases == {"a", "alias"}


def test_interpolation_reads_operators_and_escapes() -> None:
    assert [(r.name, r.operator) for r in references("${A} $B ${C:?x} ${D:-y} $$E $${F}")] == [
        ("A", ""),
        ("B", ""),
        ("C", ":?"),
        ("D", ":-"),
    ]


def test_a_dockerfile_has_stages_flags_and_heredocs() -> None:
    file = dockerfiles.read(
        "ARG V=1\nFROM a:${V} AS base\nUSER 5\nFROM base\nCOPY --from=base --chown=1:1 /x /y\nRUN <<EOF\ndo it\nEOF\nRUN a && \\\n  b\n"
    )
    assert [s.name for s in file.stages] == ["base", "1"] and [s.name for s in file.chain(file.stages[1])] == ["1", "base"]
    copy, heredoc, run = file.stages[1].instructions
    assert (copy.flag("from"), copy.text) == ("base", "/x /y") and heredoc.heredocs == ("do it\n",) and run.text == "a &&    b"


def test_nginx_directives_know_their_blocks() -> None:
    read = list(directives('http { server { listen 80; # x\n location ~ "a b" { set $u http://a:1; } } }'))
    assert [(d.name, d.args, d.blocks) for d in read if d.name in ("listen", "set")] == [
        ("listen", ("80",), ("http", "server")),
        ("set", ("$u", "http://a:1"), ("http", "server", "location")),
    ]


@pytest.mark.parametrize(
    ("path", "language", "text", "kind"),
    [
        ("deploy/compose.yaml", "", "services: {}\n", "compose"),
        ("x.yml", "", "groups:\n- name: a\n  rules: [{alert: x}]\n", "prometheus-rules"),
        ("Dockerfile.dockerignore", "", "*", "text"),
        ("x", "", "#!/usr/bin/env bash\n", "shell"),
        ("k.yaml", "", "apiVersion: v1\nkind: Pod\n", "kubernetes"),
        (".env.example", "", "A=1", "env"),
        ("a.timer", "", "", "systemd"),
        ("", "sh", "ls", "shell"),
        ("nginx/nginx.conf", "", "", "nginx"),
        (".github/workflows/x.yml", "", "", "workflow"),
        ("roles/web/tasks/main.yml", "", "- name: Run\n  community.docker.docker_container:\n    name: web\n", "ansible"),
        ("site.yml", "", "---\n- hosts: all\n  roles: [web]\n", "ansible"),
        ("values.yml", "", "- name: web\n  replicas: 2\n", "yaml"),
        ("t.yml", "", "tests:\n- a\nrule_files: [r]\n", "prometheus-tests"),
    ],
)
def test_kinds(path: str, language: str, text: str, kind: str) -> None:
    assert kind_of(path, language, text) == kind


RUNBOOK = """# Shop

## 1. Prerequisites

```console
$ docker version
Client: 28
$ git status \\
> --short
```

## 4. Configuration

`deploy/app.env`:

```ini
A=1
```

```yaml title="deploy/compose.yaml"
services: {}
```

## 8. Rollback

```bash
docker compose -f deploy/compose.yaml up -d
```

```text
not a command
```
"""


def test_a_markdown_runbook_becomes_steps_and_artifacts_in_order() -> None:
    told = from_markdown({"RUNBOOK.md": RUNBOOK}, "shop")
    plan, appears, notes, origins = told.plan, told.appears, told.notes, told.origins
    assert [(s.section, s.phase, s.run) for s in plan.steps] == [
        (1, "preflight", "docker version\n\ngit status \\\n--short\n"),
        (8, "rollback", "docker compose -f deploy/compose.yaml up -d\n"),
    ]
    assert {a.path: (a.content, appears[a.path]) for a in plan.artifacts} == {
        "deploy/app.env": ("A=1\n", 1),
        "deploy/compose.yaml": ("services: {}\n", 1),
    }
    assert notes
    assert origins["8-rollback"][0] == "RUNBOOK.md" and RUNBOOK.split("\n")[origins["8-rollback"][1]].startswith("docker compose")


def test_documents_of_one_file_keep_what_is_their_own() -> None:
    """Nodes of a document that was read are freed, and the next ones may stand at the same place: nothing may be taken for them."""
    one = "kind: {k}\nmetadata: {{name: n{i}, labels: {{a: b{i}}}}}\n"
    one += "spec: {{ports: [{{port: {i}, targetPort: {i}}}], list: [{i}, {{x: {i}}}]}}\n"
    text = "---\n".join(one.format(k="Service" if i % 2 else "Deployment", i=i) for i in range(200))
    documents, duplicates = load_all(text)
    assert duplicates == []
    for i, document in enumerate(documents):
        assert document["metadata"] == {"name": f"n{i}", "labels": {"a": f"b{i}"}}
        assert document["spec"] == {"ports": [{"port": i, "targetPort": i}], "list": [i, {"x": i}]}
