"""The store of known secrets: it tells nobody, refuses what is weak, and finds what is hidden."""

from __future__ import annotations

import base64
import copy
import pickle
import random
import string

import pytest
from deploybook.tools.redaction import Redactor, TaintStore

SECRET = "".join(random.Random(7).choices(string.ascii_letters + string.digits, k=24))


def test_it_cannot_be_copied_or_persisted(taint: TaintStore) -> None:
    taint.add(SECRET)
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="never copied or persisted"):
            attempt(taint)


def test_it_does_not_print_itself(taint: TaintStore) -> None:
    taint.add(SECRET)
    assert SECRET not in f"{taint!r}{taint!s}{taint:}{vars(Redactor(taint))}"


WEAK = ("", "postgres", "changeme", "12345678", "aaaaaaaaaaaa", "${DB_PASSWORD}", "<your password>", "secret-key", "short1", "passphrase")


@pytest.mark.parametrize("weak", WEAK)
def test_it_refuses_what_would_destroy_ordinary_text(taint: TaintStore, weak: str) -> None:
    assert not taint.add(weak)
    assert len(taint) == 0


def test_it_counts_a_secret_once(taint: TaintStore) -> None:
    assert taint.add(SECRET) and taint.add(SECRET)
    assert len(taint) == 1


def test_text_without_secrets_is_returned_as_it_is(taint: TaintStore) -> None:
    taint.add(SECRET)
    text = "nothing to see\r\nhere\x0b either \ud800"
    assert taint.scrub(text) == text


@pytest.mark.parametrize(
    "dress",
    [
        lambda s: s[:12] + "\n" + s[12:],
        lambda s: '"' + s[:10] + '" + "' + s[10:] + '"',
        lambda s: "\\".join(s),
        lambda s: base64.b64encode(b"user:" + s.encode()).decode(),
        lambda s: base64.b64encode(b"a" + s.encode() + b"bc").decode(),
        lambda s: "".join(f"%{ord(c):02x}" for c in s),
        lambda s: "".join(f"\\u00{ord(c):02X}" for c in s),
        lambda s: "".join(f"\\{ord(c):03o}" for c in s),
        lambda s: " ".join(f"0x{ord(c):02x}," for c in s),
        lambda s: base64.b64encode(base64.b64encode(s.encode())).decode(),
    ],
)
def test_dressed_secrets_are_found(taint: TaintStore, dress: object) -> None:
    taint.add(SECRET)
    worn = dress(SECRET)  # type: ignore[operator]
    shown = taint.scrub(f"before {worn} after")
    assert worn not in shown and "[REDACTED:" in shown
    assert not any(SECRET[at : at + 12] in shown for at in range(len(SECRET) - 11))
    assert shown.startswith("before ") and shown.endswith(" after")


def test_line_breaks_inside_a_secret_stay(taint: TaintStore) -> None:
    taint.add(SECRET)
    shown = taint.scrub(f"a {SECRET[:12]}\r\n  {SECRET[12:]} b\n")
    assert shown.count("\n") == 2 and "\r\n" in shown


def test_non_ascii_secrets_are_found_whole(taint: TaintStore) -> None:
    secret = "Grüße-aus-Köln-" + SECRET[:6]
    taint.add(secret)
    assert secret not in taint.scrub(f"x{secret}y") and secret.upper() not in taint.scrub(f"x{secret.upper()}y")


def test_threads_may_learn_and_scrub_together(taint: TaintStore) -> None:
    from concurrent.futures import ThreadPoolExecutor

    values = ["".join(random.Random(n).choices(string.ascii_letters + string.digits, k=20)) for n in range(60)]

    def work(value: str) -> bool:
        taint.add(value)
        return value not in taint.scrub(f"say {value} again")

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, values))


def test_a_folder_s_name_is_spared_and_other_words_are_not():
    store = TaintStore()
    store.spare(["PaperShopServer", "src"])
    assert not store.add("papershopserver")
    assert store.add("k7-papershopserver")
    assert "k7" not in store.scrub("password k7-papershopserver")
    assert store.scrub("PaperShopServer/PaperShopServer.csproj") == "PaperShopServer/PaperShopServer.csproj"


def test_the_name_of_the_tree_inside_a_password_stays_legible_and_the_password_does_not(taint: TaintStore) -> None:
    digits = "".join(random.choices("0123456789", k=4))
    taint.spare(["northwind"])
    taint.add(f"Northwind{digits}", "password")
    assert taint.scrub("northwind-gateway starts NORTHWIND_PORT") == "northwind-gateway starts NORTHWIND_PORT"
    assert digits not in taint.scrub(f"login with northwind{digits} now")
