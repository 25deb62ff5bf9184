"""Laws of the JavaScript parser layer: what a file links, what a name means, what is too large or not written by a person."""

import random

import pytest
from deploybook.tools.survey.node.jsonfile import JsonFile
from deploybook.tools.survey.parsers.javascript import MISSING, Scopes, parse
from deploybook.tools.survey.parsers.javascript.nodes import arguments, callee, chain, decorators, literal, pairs, text, walk


def only(script, kind):
    return next(n for n in walk(script.root) if n.type == kind)


@pytest.mark.parametrize(
    ("source", "module", "names", "form"),
    [
        ("import a, { b as c } from 'x';", "x", {"a": "default", "c": "b"}, "import"),
        ("import * as n from 'x';", "x", {"n": "*"}, "import"),
        ("import 'x';", "x", {}, "import"),
        ("import e = require('x');", "x", {"e": "*"}, "import"),
        ("const { p, q: r } = require('x');", "x", {"p": "p", "r": "q"}, "require"),
        ("const Router = require('x').Router;", "x", {"Router": "Router"}, "require"),
        ("const m = await import('x');", "x", {"m": "*"}, "dynamic"),
        ("export { a as b } from 'x';", "x", {"b": "a"}, "export"),
        ("export * from 'x';", "x", {"*": "*"}, "export"),
    ],
)
def test_every_way_to_link_a_module(source, module, names, form):
    (found,) = parse("a.ts", source).imports
    assert (found.module, found.names, found.form) == (module, names, form)


def test_types_alone_are_marked():
    assert [i.types_only for i in parse("a.ts", "import type { A } from 'x';\nimport B from 'y';").imports] == [True, False]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("export default function f() {}", {"default"}),
        ("export const a = 1, b = 2; export class C {}", {"a", "b", "C"}),
        ("const k = 1; export { k as default, k as l };", {"default", "l"}),
        ("module.exports = { a, b: 1, c() {} };", {"default", "a", "b", "c"}),
        ("exports.a = 1; module.exports.b = 2;", {"a", "b"}),
        ("export = thing;", {"default"}),
        ("export * as ns from 'x';", {"ns"}),
    ],
)
def test_every_way_to_export(source, names):
    assert set(parse("a.ts", source).exports) == names


def test_the_nearest_binding_wins_and_a_require_is_an_import():
    script = parse("a.js", "const a = require('x'); const b = 1; function f(b) { { let c = 2; return [a, b, c, d]; } }")
    scopes, where = Scopes(script), only(script, "return_statement")
    assert [getattr(scopes.find(n, where), "kind", None) for n in "abcd"] == ["import", "parameter", "let", None]


@pytest.mark.parametrize(
    ("source", "value"),
    [("'a\\n\\u0041'", "a\nA"), ("`plain`", "plain"), ("0x10", 16), ("1_000", 1000), ("-2.5", -2.5), ("true", True), ("null", None),
     ("60 * 60", 3600), ("'a' + 'b'", "ab"), ("(<any>'x')!", "x"), ("`a${b}`", MISSING), ("f()", MISSING)],
)  # fmt: skip
def test_literals(source, value):
    script = parse("a.ts", f"x = {source};")
    found = literal(only(script, "assignment_expression").child_by_field_name("right"))
    assert found is value if value is MISSING else found == value


def test_chains_see_through_brackets_calls_and_marks():
    script = parse("a.ts", "(a as any).b?.['c']!.d(); Router().use(1); new X().go(); this.y.z();")
    assert [callee(c) for c in script.calls] == [("a", "b", "c", "d"), ("()", "use"), ("Router",), ("()", "go"), ("this", "y", "z")]
    assert chain(arguments(script.calls[1])[0]) == ()


@pytest.mark.parametrize("path", ["a.ts", "a.js"])
def test_decorators_of_classes_and_methods_in_both_grammars(path):
    script = parse(path, "@A('x') export class K { @B() @C m() {} }")
    (around,) = script.classes
    method = next(n for n in walk(around) if n.type == "method_definition")
    assert [text(d) for d in decorators(around)] == ["A('x')"]
    assert [text(d) for d in decorators(method)] == ["B()", "C"]


def test_machine_made_files_are_not_read():
    assert parse("a.d.ts", "export declare const a: number;") is None
    assert parse("a.min.js", "var a=1") is None
    assert parse("bundle.js", "x" * 5000) is None
    assert parse("big.js", "const a = 1;\n" * 60_000) is None
    assert parse("notes.txt", "const a = 1;") is None
    assert parse("bin/www", "#!/usr/bin/env node\nrequire('../app');") is not None


def test_json_with_comments_keeps_the_lines():
    file = JsonFile("x.json", "// head\n{\n  /* a */ 'a': { b: [1, 'two', ], },\n  \"c\": true,\n}\n")
    assert file.data == {"a": {"b": [1, "two"]}, "c": True}
    assert (file.line("a", "b"), file.line("c"), file.line("missing")) == (3, 4, 1)


@pytest.mark.parametrize("source", ["", "{", "[1, 2]", "\x00\x01", "null", "{" * 3000, "/*"])
def test_broken_json_is_empty(source):
    assert JsonFile("x.json", source).data == {} or source == "{" * 3000


def test_damaged_source_never_raises():
    whole = (
        "import x from 'y';\nexport class A { @B() m(@C() p: string) { return process.env.Q ?? `a${p}`; } }\n"
        "module.exports = { a, ...b, ['c']: 1 };\nconst { d = 2, e: { f } } = g;\n"
    )
    chance = random.Random(7)
    for _ in range(300):
        start, end = sorted(chance.sample(range(len(whole)), 2))
        script = parse("a.ts", whole[:start] + whole[end:])
        assert script is not None
        assert isinstance(script.imports, tuple) and isinstance(script.exports, dict)
        for node in walk(script.root):
            chain(node), literal(node), list(pairs(node)), decorators(node)
