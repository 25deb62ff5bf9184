"""The in-door: every kind of source opens, nothing of it is written, run or followed, and every refusal says why."""

import os
import secrets
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from deploybook.core.errors import LimitError, SourceError
from deploybook.core.settings import Limits
from deploybook.core.source import Source
from deploybook.tools.redaction import TaintStore
from deploybook.tools.repository import open_repository

IDENTITY = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"]


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *IDENTITY, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def committed(folder: Path, **files: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet")
    for name, text in (files or {"app.py": "x = 1\n"}).items():
        (folder / name.replace("__", "/").replace("_dot_", ".")).write_text(text)
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "first")
    return git(folder, "rev-parse", "HEAD")


def state(folder: Path) -> list[tuple[str, int, int]]:
    return sorted((str(p.relative_to(folder)), p.lstat().st_size, p.lstat().st_mtime_ns) for p in folder.rglob("*"))


def opened(location: object, **more):
    return open_repository(Source(location=str(location), **more))


def test_a_plain_folder_has_files_and_no_commit(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/b.txt").write_text("two\n")
    (tmp_path / "a.txt").write_text("one\r\ntwo\r\n")
    with opened(tmp_path) as repo:
        assert repo.files() == ("a.txt", "sub/b.txt")
        assert repo.commit is None
        assert repo.name == tmp_path.name
        assert repo.text("a.txt") == "one\ntwo\n"
        assert repo.text("./sub/../a.txt") == "one\ntwo\n"
        assert repo.text("missing") is None
        assert repo.exists("sub") and not repo.exists("../" + tmp_path.name)


def test_a_checkout_gives_its_commit_and_stays_untouched_when_dirty_or_detached(tmp_path):
    first = committed(tmp_path / "r")
    (tmp_path / "r/app.py").write_text("x = 2\n")
    (tmp_path / "r/new.py").write_text("y = 1\n")
    before = state(tmp_path / "r")
    with opened(tmp_path / "r") as repo:
        assert repo.commit == first
        assert repo.text("app.py") == "x = 2\n" and "new.py" in repo.files()
    assert state(tmp_path / "r") == before
    git(tmp_path / "r", "checkout", "--quiet", "--detach")
    with opened(tmp_path / "r") as repo:
        assert repo.commit == first


def test_a_folder_inside_a_checkout_is_no_top_and_has_no_commit(tmp_path):
    committed(tmp_path / "r")
    (tmp_path / "r/sub").mkdir()
    (tmp_path / "r/sub/x.txt").write_text("x")
    with opened(tmp_path / "r/sub") as repo:
        assert repo.commit is None


def test_a_linked_work_tree_has_a_commit(tmp_path):
    first = committed(tmp_path / "r")
    git(tmp_path / "r", "worktree", "add", "--quiet", "--detach", str(tmp_path / "w"))
    with opened(tmp_path / "w") as repo:
        assert repo.commit == first and repo.files() == ("app.py",)


def test_a_checkout_without_commits_has_none(tmp_path):
    git(tmp_path, "init", "--quiet")
    (tmp_path / "a.txt").write_text("a")
    with opened(tmp_path) as repo:
        assert repo.commit is None


@pytest.mark.parametrize("form", ["bare", "url", "revision"])
def test_bare_repositories_urls_and_revisions_are_read_from_a_copy(tmp_path, form):
    first = committed(tmp_path / "r", **{"app.py": "x = 1\n"})
    (tmp_path / "r/app.py").write_text("x = 2\n")
    git(tmp_path / "r", "commit", "--quiet", "-am", "second")
    second = git(tmp_path / "r", "rev-parse", "HEAD")
    git(tmp_path, "clone", "--quiet", "--bare", "r", "r.git")
    before = state(tmp_path / "r.git"), state(tmp_path / "r")
    source = {
        "bare": Source(location=str(tmp_path / "r.git")),
        "url": Source(location=(tmp_path / "r.git").as_uri()),
        "revision": Source(location=str(tmp_path / "r"), revision="HEAD~1"),
    }[form]
    with open_repository(source) as repo:
        assert repo.commit == (first if form == "revision" else second)
        assert repo.text("app.py") == ("x = 1\n" if form == "revision" else "x = 2\n")
        assert repo.name == "r"
    assert (state(tmp_path / "r.git"), state(tmp_path / "r")) == before


def test_a_url_takes_branches_tags_and_full_hashes(tmp_path):
    first = committed(tmp_path / "r")
    git(tmp_path / "r", "tag", "v1")
    git(tmp_path / "r", "commit", "--quiet", "--allow-empty", "-m", "second")
    url = (tmp_path / "r").as_uri()
    for revision in ("v1", first):
        with open_repository(Source(location=url, revision=revision)) as repo:
            assert repo.commit == first
    with open_repository(Source(location=url, revision="main")) as repo:
        assert repo.commit != first


def test_nothing_of_a_cloned_repository_runs(tmp_path, monkeypatch):
    """Hooks, filters, fsmonitor, includes and templates, of the repository and of the user, all try to write the same mark."""
    mark = tmp_path / "ran"
    committed(tmp_path / "r", **{"_dot_gitattributes": "* filter=bad\n", "app.py": "x\n"})
    home = tmp_path / "home"
    (home / "hooks").mkdir(parents=True)
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        for folder in (home / "hooks", tmp_path / "r/.git/hooks"):
            (folder / hook).write_text(f"#!/bin/sh\ntouch {mark}\n")
            (folder / hook).chmod(0o755)
    evil = (
        f'[core]\n\thooksPath = {home}/hooks\n\tfsmonitor = touch {mark}\n[filter "bad"]\n\tsmudge = touch {mark}\n\tclean = touch {mark}\n'
    )
    (home / ".gitconfig").write_text(evil)
    with (tmp_path / "r/.git/config").open("a") as config:
        config.write(evil)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    mark.unlink(missing_ok=True)
    for location in ((tmp_path / "r").as_uri(), str(tmp_path / "r")):
        with open_repository(Source(location=location)) as repo:
            assert repo.text("app.py") == "x\n"
    assert not mark.exists()


@pytest.mark.parametrize(
    ("location", "what"),
    [
        ("/no/such/place", "no such path"),
        ("http://example.org/x.git", "not a supported address"),
        ("ext::sh -c touch% x", "not a supported address"),
        ("ftp://example.org/x", "not a supported address"),
        ("file:///no/such/repository.git", "no git repository"),
    ],
)
def test_what_cannot_be_opened_says_what_why_and_a_hint(location, what):
    with pytest.raises(SourceError) as refused, open_repository(Source(location=location)):
        pass
    assert what in refused.value.what
    assert refused.value.why and refused.value.hint


def test_an_unreachable_host_is_told_without_credentials(tmp_path):
    secret = "s3" + "cr3t" * 3
    with (
        pytest.raises(SourceError) as refused,
        open_repository(Source(location=f"https://u:{secret}@nowhere.invalid/x.git"), taint=TaintStore()),
    ):
        pass
    said = f"{refused.value.what} {refused.value.why} {refused.value.hint}"
    assert "nowhere.invalid/x.git" in said and secret not in said and refused.value.__cause__ is None


def test_a_revision_that_does_not_exist_is_named(tmp_path):
    committed(tmp_path / "r")
    for location in (str(tmp_path / "r"), (tmp_path / "r").as_uri()):
        with pytest.raises(SourceError, match="no such revision"), open_repository(Source(location=location, revision="nope")):
            pass
    with pytest.raises(SourceError), open_repository(Source(location=str(tmp_path / "r"), revision="--upload-pack=touch x")):
        pass


def test_a_file_an_empty_folder_and_a_folder_of_dependencies_are_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    (tmp_path / "deps/node_modules/x").mkdir(parents=True)
    (tmp_path / "deps/node_modules/x/index.js").write_text("x")
    for name, what in (("file", "not a folder"), ("empty", "empty"), ("deps", "nothing to read")):
        with pytest.raises(SourceError, match=what), opened(tmp_path / name):
            pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_folder_is_refused(tmp_path):
    (tmp_path / "closed").mkdir(mode=0)
    with pytest.raises(SourceError, match="cannot read"), opened(tmp_path / "closed"):
        pass


def test_sub_paths_stay_inside(tmp_path):
    (tmp_path / "r/api").mkdir(parents=True)
    (tmp_path / "r/api/a.py").write_text("a = 1\n")
    (tmp_path / "r/out").symlink_to(tmp_path)
    with opened(tmp_path / "r", subpath="api") as repo:
        assert repo.files() == ("a.py",) and repo.name == "api"
    for bad in ("..", "out", "/etc", "nothing"):
        with pytest.raises(SourceError), opened(tmp_path / "r", subpath=bad):
            pass


def test_links_are_described_and_never_lead_out_or_round(tmp_path):
    (tmp_path / "secret.txt").write_text("outside")
    root = tmp_path / "r"
    (root / "docker").mkdir(parents=True)
    (root / "docker/Dockerfile").write_text("FROM scratch\n")
    (root / "Dockerfile").symlink_to("docker/Dockerfile")
    (root / "same").symlink_to("docker")
    (root / "out").symlink_to("../secret.txt")
    (root / "absolute").symlink_to(tmp_path / "secret.txt")
    (root / "docker/up").symlink_to("..")
    (root / "round1").symlink_to("round2")
    (root / "round2").symlink_to("round1")
    (root / "dangling").symlink_to("nothing")
    with opened(root) as repo:
        assert repo.files() == ("docker/Dockerfile",)
        assert repo.text("Dockerfile") == "FROM scratch\n" and repo.real("Dockerfile") == "docker/Dockerfile"
        assert repo.text("same/Dockerfile") == "FROM scratch\n"
        assert repo.text("out") is None and repo.text("absolute") is None and repo.text("../secret.txt") is None
        kinds = {s.path: s.kind for s in repo.skipped}
    assert kinds["out"] == kinds["absolute"] == "link-outside"
    assert kinds["round1"] == kinds["dangling"] == "link-broken"
    assert kinds["Dockerfile"] == kinds["same"] == "link-inside"


def test_special_files_are_described_and_do_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a.txt").write_text("a")
    with opened(tmp_path) as repo:
        assert repo.files() == ("a.txt",) and repo.text("pipe") is None
        assert {s.path: s.kind for s in repo.skipped} == {"pipe": "special"}


def test_a_file_that_becomes_a_link_or_pipe_after_the_walk_is_not_read(tmp_path):
    (tmp_path / "out").write_text("outside")
    root = tmp_path / "r"
    root.mkdir()
    (root / "a.txt").write_text("a")
    (root / "b.txt").write_text("b")
    with opened(root) as repo:
        (root / "a.txt").unlink()
        (root / "a.txt").symlink_to("../out")
        (root / "b.txt").unlink()
        os.mkfifo(root / "b.txt")
        assert repo.text("a.txt") is None and repo.text("b.txt") is None


def test_large_binary_and_foreign_text_is_described(tmp_path):
    with (tmp_path / "huge.json").open("wb") as huge:
        huge.truncate(2 << 30)
    (tmp_path / "package.json").write_bytes(b"\x00\x01\x02binary junk\xff" * 50)
    (tmp_path / "latin.py").write_bytes("# gr\xfc\xdfe\n".encode("latin-1"))
    (tmp_path / "bom.txt").write_bytes(b"\xef\xbb\xbfhello\n")
    with opened(tmp_path) as repo:
        assert repo.text("huge.json") is None and repo.text("package.json") is None and repo.text("latin.py") is None
        assert repo.text("bom.txt") == "hello\n"
        assert {s.path: s.kind for s in repo.skipped} == {"huge.json": "too-large", "package.json": "binary", "latin.py": "undecodable"}


def test_limits_bind(tmp_path):
    deep = tmp_path
    for name in "abcdefgh":
        deep = deep / name
        deep.mkdir()
        (deep / "f.txt").write_text("x" * 100)
    with pytest.raises(LimitError), open_repository(Source(location=str(tmp_path)), Limits(files=5)):
        pass
    with open_repository(Source(location=str(tmp_path)), Limits(depth=3)) as repo:
        assert len(repo.files()) == 3 and any(s.kind == "too-deep" for s in repo.skipped)
    with open_repository(Source(location=str(tmp_path)), Limits(file_bytes=99)) as repo:
        assert repo.text("a/f.txt") is None
    with open_repository(Source(location=str(tmp_path)), Limits(total_bytes=250)) as repo:
        assert repo.text("a/f.txt") and repo.text("a/b/f.txt")
        with pytest.raises(LimitError):
            repo.text("a/b/c/f.txt")


def test_dependency_cache_and_build_folders_are_never_entered(tmp_path):
    def put(path: str) -> None:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x")

    paths = "package.json node_modules/a/index.js dist/main.js src/dist/keep.ts env/pyvenv.cfg env/lib/x.py go/go.mod go/vendor/x.go"
    for path in (*paths.split(), "vendor/own.py", "__pycache__/a.pyc"):
        put(path)
    with opened(tmp_path) as repo:
        assert repo.files() == ("go/go.mod", "package.json", "src/dist/keep.ts", "vendor/own.py")
        assert {s.path: s.kind for s in repo.skipped} == {
            "__pycache__": "cache",
            "dist": "build-output",
            "env": "dependencies",
            "go/vendor": "dependencies",
            "node_modules": "dependencies",
        }


def test_text_leaves_redacted_and_secrets_are_placed_without_value(tmp_path):
    value = secrets.token_urlsafe(15)
    (tmp_path / ".env").write_text(f"DEBUG=1\nDB_PASSWORD={value}\n")
    (tmp_path / "notes.md").write_text(f"connect with {value} please\n")
    taint = TaintStore()
    with open_repository(Source(location=str(tmp_path)), taint=taint) as repo:
        text = repo.text(".env") or ""
        assert value not in text and "DEBUG=1" in text and text.count("\n") == 2
        assert value not in (repo.text("notes.md") or "")
        assert (".env", 2) in {(s.path, s.line) for s in repo.secrets}
        assert value not in repr(repo.secrets) and value not in repo.clean(f"again {value}")
        assert repo.holds("notes.md", value) and not repo.holds("notes.md", "absent")
    assert value not in taint.scrub(f"and {value}")


def test_the_same_tree_gives_the_same_answers(tmp_path):
    for name in ("b", "a", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text(name)
    seen = []
    for _ in range(2):
        with opened(tmp_path) as repo:
            seen.append((repo.files(), repo.folders(), repo.skipped, [repo.text(p) for p in repo.files()]))
    assert seen[0] == seen[1]


def test_the_clone_is_removed_afterwards(tmp_path, monkeypatch):
    committed(tmp_path / "r")
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    with open_repository(Source(location=(tmp_path / "r").as_uri())) as repo:
        assert repo.files() == ("app.py",)
        private = next(place.iterdir())
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert not list(place.iterdir())


def test_git_is_only_loaded_when_needed(tmp_path):
    (tmp_path / "a.txt").write_text("a")
    code = (
        "import sys\nfrom deploybook.core.source import Source\nfrom deploybook.tools.repository import open_repository\n"
        f"with open_repository(Source(location={str(tmp_path)!r})) as r: r.text('a.txt')\nprint('git' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
