"""Feed hostile text to every reader of the critic: `python tests/benchmarks/fuzz.py [--examples 300] [--seed 0]`.

First, lines of one megabyte in shapes that make careless readers slow: each reader has a second for each. Then texts grown from the
languages' own marks, checked whole, as every kind of file at once: none may break a check. Ends with 1 when one does.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable

from deploybook.tools import yaml12
from deploybook.tools.checks import PlanView, run
from deploybook.tools.checks._guide.layout import laid_out
from deploybook.tools.checks._guide.transcripts import commands
from deploybook.tools.checks._load import lenient
from deploybook.tools.checks._markdown import from_markdown
from deploybook.tools.checks._view import dockerfiles
from deploybook.tools.checks._view.nginx import directives
from deploybook.tools.checks._view.shell import parse
from deploybook.tools.validators import Item, Workspace, validate

SIZE = 1_000_000
GUARD = 1.0  # seconds for one line in one reader
MARKS = (
    *("a", "$(", "{", '"', "'", "<<A ", "`", "a|", "[ ", "a && ", "x=$y ", "((", "- ", ": ", "&a ", "*a ", "{{", "${", "\\", "# ", "> "),
    *("![", "](", "|-|", "<!--", "~~~", "é", "\u2028", "\x00", "\t", "RUN ", "FROM a AS ", "if a; then "),
    *('b "c" {', "? ", "!!a "),
    *("$ a ", "# ls <<E ", '=== "a" ', "{{< tab \"a\" >}}", ":::{code} sh ", "    ", "A  B  "),
)


def _yaml(text: str) -> None:
    try:
        yaml12.load_all(text)
    except yaml12.YamlError:
        return  # a refusal is an answer


def _validated(kind: str, path: str) -> Callable[[str], object]:
    return lambda text: list(validate([Item(path, text, kind, path)], Workspace({path: text}), outside=False))


READERS: dict[str, Callable[[str], object]] = {
    "markdown": lambda text: from_markdown({"a.md": text}, "x"),
    "page": lambda text: laid_out(text.split("\n")),
    "transcript": lambda text: (commands(text, "console"), commands(text, "shell"), commands(text, "")),
    "shell": parse,
    "yaml": _yaml,
    "hcl": _validated("hcl", "a.tf"),
    "dockerfile": dockerfiles.read,
    "dockerfile syntax": _validated("dockerfile", "Dockerfile"),
    "shell syntax": _validated("shell", "a.sh"),
    "nginx": lambda text: list(directives(text)),
    "nginx syntax": _validated("nginx", "nginx.conf"),
    "systemd": _validated("systemd", "a.service"),
    "json": _validated("json", "a.json"),
}


def long_lines(names: list[str]) -> list[str]:
    """Print the slowest megabyte of each reader; return those over the guard and those that raise."""
    wrong: list[str] = []
    for name in names:
        slowest, shape = 0.0, ""
        for mark in MARKS:
            text = (mark * (SIZE // len(mark) + 1))[:SIZE]
            started = time.perf_counter()
            try:
                READERS[name](text)
            except Exception as error:  # whatever it is: a reader answers, it does not break
                wrong.append(f"{name}: {type(error).__name__} for {mark!r}")
            spent = time.perf_counter() - started
            if spent > slowest:
                slowest, shape = spent, mark
            if spent > GUARD:
                wrong.append(f"{name}: {spent:.1f} s for {mark!r}")
        print(f"{name:18} {slowest:6.2f} s for its slowest megabyte ({shape!r})")
    return wrong


KINDS = (
    *("compose.yaml", "Dockerfile", "x.sh", "nginx.conf", "rules.yml", "prometheus.yml", "alertmanager.yml", "a.service", "x.tf", "x.sql"),
    *("x.json", ".env", ".github/workflows/ci.yml", "k8s/a.yaml", "crontab"),
)
FRAMES = (
    *("{}", "services:\n  a:\n    {}\n", "groups: [{{rules: [{{alert: A, expr: '{}'}}]}}]\n"),
    *("apiVersion: v1\nkind: Pod\n{}\n", "on: push\njobs: {}\n"),
)


def grown(random_: random.Random) -> str:
    """Return a text of marks and words in random order."""
    words = (*MARKS, "image: ", "run: ", "FROM ", "resource ", "\n", "\n  ", "command: ", "- name: ", "env:", *" 1=;&|", "test", "<<~E\n")
    return "".join(random_.choice(words) for _ in range(random_.randint(1, 40)))


def whole(text: str, frame: str) -> tuple[str, ...]:
    """Return the checks that broke on a plan in which a text is every file, command and sentence."""
    body = frame.format(text) if frame != "{}" else text
    artifacts = [{"path": f"artifacts/{k}", "install_to": k, "content": body} for k in KINDS]
    step = {"id": "s", "section": 1, "phase": "smoke", "kind": "mutate", "title": "t", "run": text, "verify": text, "rollback": text}
    step |= {"needs": [text[:20]], "provides": [f"file:{text[:9]}", f"image:{text[:9]}"]}
    plan, _ = lenient({"steps": [step], "artifacts": artifacts, "executive_summary": text, "inputs": [{"name": "A", "generate": text}]})
    return run(PlanView(plan, profile="release")).crashed


def main(arguments: list[str]) -> int:
    """Run both parts; print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--reader", action="append", choices=sorted(READERS))
    given = parser.parse_args(arguments)
    wrong = long_lines(given.reader or list(READERS))
    random_ = random.Random(given.seed)
    for _ in range(given.examples):
        text, frame = grown(random_), random_.choice(FRAMES)
        if crashed := whole(text, frame):
            wrong.append(f"{', '.join(crashed)} broke on {text!r} in {frame!r}")
    print(f"{given.examples} grown texts, seed {given.seed}")
    for line in wrong:
        print(f"WRONG {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
