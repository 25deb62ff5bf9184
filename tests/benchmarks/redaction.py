"""Print the throughput of the redaction, also as a ratio to RE2 with one trivial pattern over the same text in the same run.

    python tests/benchmarks/redaction.py [folder]   # a folder of text files, or else the texts of the redaction cases, repeated

Times are processor times. They depend on the machine; the ratio is what can be compared between machines.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploybook.tools.redaction import Redactor, TaintStore
from deploybook.tools.redaction.document import pattern

HERE = Path(__file__).resolve().parent
MEGABYTES = 2
LINE = 1 << 20


def _cases() -> list[tuple[str, str]]:
    spec = importlib.util.spec_from_file_location("benchmark_cases", HERE.parent / "support" / "redaction_cases.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return [(case.path, case.text) for case in module.load(HERE.parent / "redaction" / "cases")]


def _folder(folder: Path) -> list[tuple[str, str]]:
    texts: list[tuple[str, str]] = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size < 1 << 20):
        data = path.read_bytes()
        if b"\0" not in data:
            texts.append((str(path.relative_to(folder)), data.decode("utf-8", "replace")))
    return texts


def _configuration() -> list[tuple[str, str]]:
    """Return configuration as repositories hold it: 64 KB files in which one block in twenty carries a secret."""
    harmless = [text for path, text in _cases() if path.endswith((".yaml", ".yml", ".toml", ".properties", ".env", ".conf"))]
    service = "".join(
        f"  service-{n}:\n    image: registry.example.com/shop/service-{n}:1.{n}.0\n    environment:\n      LOG_LEVEL: info\n"
        f"      DB_HOST: db-{n}.internal\n      DB_PASSWORD: ${{DB_PASSWORD:?set it}}\n    ports: [\"{8000 + n}:{8000 + n}\"]\n"
        "    restart: unless-stopped\n"
        for n in range(260)
    )
    return [("compose.yaml", "services:\n" + service)] * 16 + [(f"c{n}.yaml", text) for n, text in enumerate(harmless)]


def _timed(run: Callable[[], Any]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def _report(name: str, texts: list[tuple[str, str]]) -> None:
    size = sum(len(text.encode()) for _, text in texts) / 1e6
    while size < MEGABYTES:
        texts, size = texts * 2, size * 2
    trivial = pattern("qzqzqz")
    data = [text.encode() for _, text in texts]
    base = _timed(lambda: [trivial.search(one) for one in data])
    redactor = Redactor(TaintStore())
    redactor.redact("warm.env", "A=1\n")
    took = _timed(lambda: [redactor.redact(path, text) for path, text in texts])
    print(f"{name:28} {size:6.1f} MB  {size / took:7.2f} MB/s  1/{took / base:.0f} of one trivial RE2 pattern ({size / base:.0f} MB/s)")


ADVERSARIAL = {
    "password repeated": "password",
    "assignments": "password=a1b2;",
    "quotes": "\"'",
    "secret: {": "secret: {",
    "url userinfo": "://a:b@",
    "base64": "QUJDRA",
    "percent escapes": "%41",
    "flags": " --password x",
    "open braces": "${a:-",
    "begin armour": "-----BEGIN PRIVATE KEY-----",
}


def _adversarial() -> None:
    for name, piece in ADVERSARIAL.items():
        line = (piece * (LINE // len(piece) + 1))[:LINE]
        paths = ("x.yaml", "x.js", "notes.txt")
        took = max(_timed(lambda path=path, line=line: Redactor(TaintStore()).redact(path, line)) for path in paths)
        print(f"1 MB line of {name:20} {took:6.2f} s")


def main() -> None:
    """Run the benchmark and print its table."""
    if len(sys.argv) > 1:
        _report(sys.argv[1], _folder(Path(sys.argv[1])))
        return
    _report("configuration", _configuration())
    _report("cases, all with secrets", _cases())
    _adversarial()


if __name__ == "__main__":
    main()
