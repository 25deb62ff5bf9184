"""Keep versions out of templates: a release is looked up in the catalogue or the repository, never typed into a file template."""

from __future__ import annotations

import re
from pathlib import Path

MARKS = re.compile(r"\[=.*?=\]|\[%.*?%\]|\[#.*?#\]|\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
IMAGE = re.compile(
    r"(?:\bimage:\s*|\bFROM\s+|\bdocker (?:pull|run)\s+(?:-\S+\s+)*)[\"']?([a-z][\w./-]*(?::[\w.-]*\d[\w.-]*|@sha256:[0-9a-f]+))",
    re.IGNORECASE,
)
RELEASE = re.compile(r"(?<![\d.])v?\d+\.\d+\.\d+(?!\.?\d)")
PINNED = re.compile(r"[\w\]-]+(?:==|@)v?\d+[\d.]*\b")
WARNED_OF = re.compile(r"\b[Aa]void (?:[^.;\n]|(?<=\d)\.(?=\d))*")  # a release named as one not to use is no pin


def literals(text: str) -> list[str]:
    """Return the image tags, releases and pins that stand in a template outside of its expressions."""
    bare = WARNED_OF.sub("", MARKS.sub("\x00", text))
    return (
        [m.group(1) for m in IMAGE.finditer(bare)]
        + [m.group() for m in RELEASE.finditer(bare)]
        + [m.group() for m in PINNED.finditer(bare)]
    )


def test_no_template_names_a_version(committed: list[Path], root: Path) -> None:
    """The catalogue is the one place where a release is written."""
    wrong = {str(path): found for path in committed if path.suffix == ".j2" and (found := literals((root / path).read_text("utf-8")))}
    assert wrong == {}


def test_the_reader_sees_what_it_must() -> None:
    """A tag, a digest, a release and a pin are seen; an expression, an address and a protocol version are not."""
    assert literals("image: postgres:16.4") == ["postgres:16.4"]
    assert literals("FROM python:3.12-slim AS base") == ["python:3.12-slim"]
    assert literals("curl -o trivy_0.69.3.tgz && pip install uv==0.9") == ["0.69.3", "uv==0.9"]
    assert literals("image: [= ref =]\nFROM {{ base }}\nlisten 127.0.0.1:80; TLSv1.2 HTTP/1.1 see 3.4; avoid 0.69.4 to 0.69.6") == []
