"""Every finding over pages names a page and the line on it where what it speaks of stands."""

from __future__ import annotations

from pathlib import Path

from deploybook.core.findings import Finding
from deploybook.faces.checking import as_text, review
from hypothesis import given, settings
from hypothesis import strategies as st

FLOATS = (
    "```sh\ndocker run -d -p 80:80 shop/{n}:latest\n```\n",
    "1. Start it:\n\n   ```bash\n   sudo true\n\n   docker run -d \\\n     shop/{n}:latest\n   ```\n",
    '=== "compose"\n\n    ```yaml\n    services:\n      web:\n        image: shop/{n}:latest\n    ```\n\n=== "other"\n\n    none\n',
    "```yaml title=compose.yaml\nservices:\n  db:\n    image: shop/{n}:latest\n```\n",
    "    $ docker pull shop/{n}:latest\n    pulled\n",
    "> ```console\n> $ docker pull shop/{n}:latest\n> done\n> ```\n",
    "{{{{< highlight bash >}}}}\ndocker pull shop/{n}:latest\n{{{{< /highlight >}}}}\n",
    "The output is:\n\n```\nUsing docker pull shop/{n}:latest\n```\n",
    "`$ docker pull shop/{n}:latest`\n",
)
TEXTS = ("", "Some words.\n", "## A heading\n", "# Another\n\nwith text\n", "```json\n{}\n```\n", "| a | b |\n| - | - |\n| c | d |\n")
PAGE = st.lists(st.one_of(st.sampled_from(FLOATS), st.sampled_from(TEXTS)), min_size=1, max_size=7)
FRONT = st.sampled_from(("", "---\ntitle: Shop\n---\n", "# Shop\n"))


def _written(folder: Path, pages: list[tuple[str, list[str]]]) -> dict[str, list[str]]:
    count, texts = 0, {}
    for number, (front, parts) in enumerate([*pages, ("", ["```sh\nls\n```\n"])]):
        made = []
        for part in parts:
            count += 1
            made.append(part.format(n=f"p{count}x") if "{n}" in part else part)
        text = front + "\n" + "\n".join(made)
        (folder / f"page{number}.md").write_text(text)
        texts[f"page{number}.md"] = text.split("\n")
    return texts


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(FRONT, PAGE), min_size=1, max_size=3))
def test_a_finding_stands_on_the_line_that_it_quotes(tmp_path_factory, pages: list[tuple[str, list[str]]]) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("pages")
    texts = _written(folder, pages)
    found = review(folder, "release").review.findings
    assert all(f.location.file in texts and 1 <= (f.location.line or 0) <= len(texts[f.location.file]) for f in found)
    for finding in (f for f in found if f.code == "PIN001"):
        assert str(finding.location.quote) in texts[str(finding.location.file)][(finding.location.line or 0) - 1]


def test_a_block_without_a_name_is_called_by_its_page_and_line(tmp_path: Path) -> None:
    compose = "```yaml\nservices:\n  web:\n    image: shop/web:latest\n```\n"
    (tmp_path / "a.md").write_text(f"# A\n\n{compose}")
    named = compose.replace("```yaml", "```yaml title=compose.yaml")
    (tmp_path / "b.md").write_text(f"# B\n\nText.\n\n{compose}\n{named}")
    checked = review(tmp_path, "release")
    pins = [f for f in checked.review.findings if f.code == "PIN001"]
    assert [(f.location.file, f.location.line) for f in pins] == [("a.md", 6)]
    assert "The same in b.md:8, b.md:14." in pins[0].message
    assert "a.md:6: error PIN001" in as_text(checked)


def test_a_finding_over_the_text_names_page_and_line(tmp_path: Path) -> None:
    key = "AK" + "IA" + "QWERTYUIOPASDF72"
    (tmp_path / "a.md").write_text("# A\n\n```sh\nls\n```\n\nText.\n")
    (tmp_path / "b.md").write_text(f"# B\n\nThe store takes the key\n{key}\nand gives nothing back.\n")
    found: list[Finding] = [f for f in review(tmp_path, "review").review.findings if f.code == "RED001"]
    assert [(f.location.file, f.location.line) for f in found] == [("b.md", 4)]
