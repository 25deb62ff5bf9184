"""A stored value is whole, is what its reference says, or is a typed error; many writers and killed writers do no harm."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from deploybook.checkpoints.blobs import BlobStore, encode, is_ref
from deploybook.core.base import sha256
from deploybook.core.errors import StateError
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


def files(store: BlobStore) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


def test_what_is_put_is_got_under_its_sha256(store: BlobStore) -> None:
    content = b'{"a":1}'
    ref = store.put(content)
    assert ref == sha256(content)
    assert store.get(ref) == content
    assert store.put(content) == ref
    assert len(files(store)) == 1
    assert stat.S_IMODE(store.path(ref).stat().st_mode) == 0o600


@settings(deadline=None)  # the machine may be busy
@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
def test_equal_values_have_equal_bytes_whatever_the_order_of_keys(value: object) -> None:
    turned = dict(reversed(value.items())) if isinstance(value, dict) else value
    assert encode(value, str) == encode(turned, str)


def test_every_text_of_a_value_is_scrubbed_before_it_is_hashed() -> None:
    assert encode({"k": ["a secret", {"secret": "n"}]}, lambda text: text.replace("secret", "gone")) == b'{"k":["a gone",{"gone":"n"}]}'


def test_a_damaged_value_is_refused_and_healed_by_the_next_put(store: BlobStore) -> None:
    ref = store.put(b"content")
    store.path(ref).write_bytes(b"conten")
    with pytest.raises(StateError, match="is damaged"):
        store.get(ref)
    store.put(b"content")
    assert store.get(ref) == b"content"


def test_a_missing_value_is_a_typed_error(store: BlobStore) -> None:
    with pytest.raises(StateError, match="is missing"):
        store.get("0" * 64)


@pytest.mark.parametrize("text", ["", "x" * 64, "../../etc/passwd", "A" * 64, "0" * 63])
def test_what_is_no_reference_never_becomes_a_path(store: BlobStore, text: str) -> None:
    assert not is_ref(text)
    with pytest.raises(StateError, match="not a reference"):
        store.get(text)


def test_a_full_disk_leaves_nothing_behind_and_is_typed(store: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StateError, match="no space left"):
        store.put(b"content")
    assert files(store) == []


def test_many_threads_may_put_the_same_values(store: BlobStore) -> None:
    contents = [bytes([number]) * 1000 for number in range(20)]
    threads = [threading.Thread(target=lambda: [store.put(content) for content in contents]) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [store.get(sha256(content)) for content in contents] == contents
    assert len(files(store)) == 20


def test_a_writer_killed_at_any_moment_leaves_no_half_value(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    program = (
        "import sys, itertools, pathlib; from deploybook.checkpoints.blobs import BlobStore\n"
        "store = BlobStore(pathlib.Path(sys.argv[1])); print('ready', flush=True)\n"
        "for number in itertools.count(): store.put(str(number).encode() * 20000)"
    )
    for wait in (0.0, 0.03, 0.07):
        child = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(wait)
        child.kill()
        child.wait()
        child.stdout.close()
    stored = [path for path in files(store) if not path.name.endswith(".part")]
    assert stored
    assert all(sha256(path.read_bytes()) == path.parent.name + path.name for path in stored)


def test_sweeping_keeps_what_is_named_and_what_is_new(store: BlobStore) -> None:
    kept, old, new = store.put(b"kept"), store.put(b"old"), store.put(b"new")
    for ref in (kept, old):
        os.utime(store.path(ref), (1000, 1000))
    assert store.sweep(frozenset({kept}), older_than_s=60, now=time.time()) == 1
    assert [store.path(ref).exists() for ref in (kept, old, new)] == [True, False, True]
