"""Search for inputs that break or stall a reader, guided by coverage: `python tests/benchmarks/fuzz_guided.py [--seconds 60]`.

Needs atheris (`pip install atheris`), which is no dependency. Each reader runs in a process of its own; what it raises, and each text of at
most 4,000 characters that keeps it for longer than a second, is printed with the text. Ends with 1 when there was one, 2 without atheris.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LONGEST = 4_000
GUARD = 1.0  # seconds for one text
NAMES = ("markdown", "shell", "yaml", "hcl", "dockerfile", "dockerfile syntax", "nginx", "nginx syntax", "systemd")
SEEDS = (
    "# A\n\n```sh\na && b | c\n```\n",
    "- [x](y) **b** `c`\n  - d\n\n| a | b |\n|---|---|\n",
    'if [ "$a" = 1 ]; then b "$(c <<E\nd\nE\n)"; fi\nfor i in 1 2; do echo ${i:-x}; done\n',
    "a: &x {b: [1, 'c']}\n<<: *x\nd: |\n  e\n---\n? f\n: g\n",
    'resource "a" "b" {\n  c = [for x in y : x if z]\n  d = <<-E\n    ${e}\n  E\n}\n',
    'FROM a:1 AS b\nRUN <<E\nc\nE\nCOPY --from=b ["d", "e"]\n',
    "server { listen 80; location ~ \\.a$ { return 301 $b; } }\n",
    "[Service]\nExecStart=/a -b \\\n  c\n",
)


def fuzzed(name: str, seconds: int, folder: Path) -> tuple[int, str]:
    """Return how many texts a reader was given in a process of its own, and the last lines of one that broke or stalled it."""
    command = [
        sys.executable,
        __file__,
        "--child",
        name,
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        f"-artifact_prefix={folder}/",
    ]
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, errors="replace", timeout=seconds * 3 + 120, check=False)
    runs = [line.split()[1] for line in done.stderr.splitlines() if line.startswith("Done ")]
    wrong = "" if done.returncode == 0 else "\n".join(done.stderr.splitlines()[-25:])
    return int(runs[0]) if runs else 0, wrong


def child(name: str, arguments: list[str]) -> None:
    """Feed one reader until the time is up; a text that it does not answer in time counts as a break."""
    import atheris

    with atheris.instrument_imports(include=["deploybook", "markdown_it", "yaml", "hcl2", "lark", "crossplane"]):
        import fuzz

    fuzz.READERS[name](SEEDS[0])  # what a reader loads at its first text is no part of what a text costs

    def one(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        started = time.perf_counter()
        fuzz.READERS[name](text)
        if time.perf_counter() - started > GUARD:
            raise TimeoutError(f"{time.perf_counter() - started:.1f} s for {text!r}")

    atheris.Setup([sys.argv[0], *arguments], one)
    atheris.Fuzz()


def main(arguments: list[str]) -> int:
    """Fuzz the readers one after the other; print what each was given and what broke it."""
    if arguments[:1] == ["--child"]:
        child(arguments[1], arguments[2:])
        return 0
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--reader", action="append", choices=NAMES)
    given = parser.parse_args(arguments)
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed: pip install atheris")
        return 2
    broken = 0
    for name in given.reader or NAMES:
        with tempfile.TemporaryDirectory() as folder:
            for number, text in enumerate(SEEDS):
                (Path(folder) / f"seed-{number}").write_text(text, "utf-8")
            runs, wrong = fuzzed(name, given.seconds, Path(folder))
            broken += bool(wrong)
            print(f"{name:18} {runs:9} texts in {given.seconds} s{': ' + wrong if wrong else ''}", flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
