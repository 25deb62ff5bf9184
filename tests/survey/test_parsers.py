"""The parsers give data as written, with the line of every key, and refuse what no real file is."""

import textwrap

import pytest
from deploybook.tools.survey.parsers import Parsed, parse
from deploybook.tools.survey.parsers.dockerfile import read_dockerfile
from deploybook.tools.survey.parsers.dotenv import read_dotenv
from deploybook.tools.survey.parsers.pyrepair import parse as parse_python
from deploybook.tools.survey.parsers.python import read_python
from deploybook.tools.survey.parsers.shell import read_shell
from deploybook.tools.survey.parsers.substitution import references, substitute


def text(value: str) -> str:
    return textwrap.dedent(value).lstrip("\n")


def test_yaml_keeps_text_as_written_and_knows_every_line():
    doc = parse(
        "a.yml",
        text("""
        base: &b
          image: python:3.10
          version: 3.10
          on: yes
        svc:
          <<: *b
          image: mine
          ports: [8080, "90:91",
            '7']
          empty:
    """),
    )
    assert doc.get("base", "version") == "3.10"
    assert doc.get("base", "on") == "yes"
    assert doc.get("svc") == {"image": "mine", "ports": [8080, "90:91", "7"], "empty": None, "version": "3.10", "on": "yes"}
    assert [doc.line("svc", "image"), doc.line("svc", "version"), doc.line("svc", "ports", 2), doc.line("svc", "nothing")] == [7, 3, 9, 5]


def test_yaml_streams_hold_several_documents_with_their_lines():
    several = Parsed.of("k8s.yaml", "kind: A\n---\nkind: B\nspec: {x: 1}\n").documents
    assert [d.get("kind") for d in several] == ["A", "B"]
    assert several[1].line("spec", "x") == 4


@pytest.mark.parametrize("source", ["a: {{ .Values.x }}\n", "a: *unknown\n", "a: &a [*a]\n", "\tx: 1\n", "a: b: c\n"])
def test_yaml_that_is_none_gives_nothing(source):
    assert parse("x.yaml", source) is None


def test_toml_lines_reach_into_arrays_tables_and_inline_tables():
    doc = parse(
        "pyproject.toml",
        text("""
        [project]
        requires-python = ">=3.12"
        dependencies = [
          "a",  # why
          "b>=1",
        ]
        [[tool.x.index]]
        name = "one"
        [[tool.x.index]]
        name = "two"
        [tool."quoted key"]
        deep.er = {v = 3.11}
    """),
    )
    assert doc.get("tool", "quoted key", "deep", "er", "v") == "3.11"
    assert doc.line("project", "requires-python") == 2
    assert doc.line("project", "dependencies", 1) == 5
    assert doc.line("tool", "x", "index", 1, "name") == 10
    assert doc.line("tool", "quoted key", "deep", "er", "v") == 12
    assert parse("x.toml", "a = \n") is None


@pytest.mark.parametrize(
    "source",
    ['{"a": {"b": [1, "x"]}}', '// c\n{"a": {"b": [1, "x",]},}', "{a: {b: [1, 'x']}}", '{\n  /* c */ "a": {"b": [1, "x"]}\n}'],
)
def test_json_with_and_without_its_dialects(source):
    assert parse("package.json", source).get("a", "b", 1) == "x"


def test_json_lines_and_refusals():
    doc = parse("package.json", '{\n "engines": {\n  "node": "20"\n },\n "files": [\n  "a",\n  "b"\n ]\n}')
    assert [doc.line("engines", "node"), doc.line("files", 1), doc.text("engines", "node")] == [3, 7, "20"]
    assert parse("package.json", "\x01\x02 junk") is None
    assert parse("package.json", "[" * 10_000) is None


def test_ini_and_properties():
    ini = parse("uwsgi.ini", "[uwsgi]\n; c\nhttp = :80\ncron = a\ncron = b\nlong = x\n  y\n")
    assert ini.get("uwsgi") == {"http": ":80", "cron": ["a", "b"], "long": "x\ny"}
    assert [ini.line("uwsgi", "http"), ini.line("uwsgi", "cron", 1)] == [3, 5]
    properties = parse("a.properties", "# c\nserver.port=8081\nlong=a\\\n  b\n")
    assert properties.data == {"server.port": "8081", "long": "ab"}
    assert properties.line("server.port") == 2


def test_dockerfile_stages_arguments_and_forms():
    parsed = read_dockerfile(
        text("""
        # syntax=docker/dockerfile:1
        ARG V=3.12
        FROM --platform=linux/amd64 python:${V}-slim AS Base
        ENV A=1 B="two words"
        ENV OLD three four
        ARG PORT=8000
        RUN --mount=type=cache,target=/x pip install \\
            # a comment inside
            a b
        FROM base AS final
        COPY --from=0 --chown=a:b /one /two ./
        COPY ["with space", "/x"]
        EXPOSE $PORT 90/udp
        HEALTHCHECK --interval=5s CMD curl -f http://localhost/ok || exit 1
        CMD exec run --port $PORT
    """)
    )
    assert [(s.name, s.base, s.line) for s in parsed.stages] == [("Base", "python:3.12-slim", 3), ("final", "base", 10)]
    assert [s.name for s in parsed.chain(parsed.final)] == ["final", "Base"]
    assert parsed.variables(parsed.final) == {"A": "1", "B": "two words", "OLD": "three four", "PORT": "8000"}
    run = next(parsed.stages[0].all("RUN"))
    assert run.text == "pip install a b" and (run.line, run.last_line) == (7, 9)
    copies = list(parsed.final.all("COPY"))
    assert copies[0].flag("from") == "0" and copies[0].words == ("/one", "/two", "./")
    assert copies[1].words == ("with space", "/x") and copies[1].exec_form
    assert parsed.last(parsed.final, "HEALTHCHECK").text == "curl -f http://localhost/ok || exit 1"
    assert parsed.last(parsed.final, "CMD").words == ("exec", "run", "--port", "$PORT")
    assert parsed.stage("BASE") is parsed.stages[0] and parsed.stage("1") is parsed.final
    assert read_dockerfile("RUN x\n") is None


def test_dotenv_quotes_exports_comments():
    found = read_dotenv("# note\nexport A='x # y' # c\nB=1 # two\n#C=3\n# d = prose\nE=\"multi\nline\"\nF=")
    assert [(a.name, a.value, a.line, a.commented) for a in found] == [
        ("A", "x # y", 2, False),
        ("B", "1", 3, False),
        ("C", "3", 4, True),
        ("E", "multi\nline", 6, False),
        ("F", "", 8, False),
    ]
    assert found[0].note == "note"


def test_shell_commands_in_order():
    script = "set -e\nif true; then\n  python manage.py migrate\nfi\nA=1 exec gunicorn app \\\n  -b :80\nworker &\n"
    found = read_shell(script)
    assert [c.words for c in found] == [
        ("set", "-e"),
        ("true",),
        ("python", "manage.py", "migrate"),
        ("gunicorn", "app", "-b", ":80"),
        ("worker",),
    ]
    assert found[3].exec and found[3].assignments == (("A", "1"),) and found[3].line == 5
    assert found[4].background


@pytest.mark.parametrize(
    ("source", "want"),
    [
        ("${A}", "1"),
        ("$A-$B", "1-$B"),
        ("${B:-x}", "x"),
        ("${EMPTY:-x}", "x"),
        ("${EMPTY-x}", ""),
        ("${A:+yes}${B:+no}", "yes"),
        ("$$A", "$A"),
        ("${B:?needed}", "${B:?needed}"),
        ("plain", "plain"),
    ],
)
def test_substitution(source, want):
    assert substitute(source, {"A": "1", "EMPTY": ""}) == want


def test_references_with_defaults_and_demands():
    found = [(r.name, r.default, r.required) for r in references("${A:-1} $B ${C:?no} $$D ${E}")]
    assert found == [("A", "1", False), ("B", None, False), ("C", None, True), ("E", None, False)]


def test_python_imports_and_names():
    parsed = read_python("import os.path as p\nfrom . import a\nfrom ..b import c as d\nfrom x.y import z\nz.go(d)\n")
    assert parsed.imports == {"p": "os.path", "a": ".a", "d": "..b.c", "z": "x.y.z"}
    assert [parsed.full_name(c.func) for c in parsed.calls()] == ["x.y.z.go"]
    assert parsed.modules["..b"] == 3


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    pass\nexcept A, B:\n    pass\nx = 1\n",
        "type X[T] = list[T]\nx = 1\n",
        "def f[T: int](a: T) -> T: ...\nclass C[T](B): ...\nx = 1\n",
        'y = f"{d["k"]}"\nx = 1\n',
        "match a:\n    case 1: pass\nx = 1\n",
    ],
)
def test_newer_python_parses_with_its_lines(source):
    tree = parse_python(source)
    assert tree is not None
    assert tree.body[-1].lineno == source.count("\n")
