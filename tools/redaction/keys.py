"""What a name promises about its value: a password, another secret, perhaps a key, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from . import lexicon


class Strength(IntEnum):
    """How far the name alone makes the value a secret."""

    NONE = 0  # the name says it is harmless, or says nothing
    HINT = 1  # only a random-looking value counts
    SECRET = 2  # any value counts that is no setting, reference or placeholder
    PASSWORD = 3  # as SECRET, and numbers and everyday words count too


@dataclass(frozen=True, slots=True)
class Key:
    """A judged name: its strength and the kind that a marker will show."""

    strength: Strength
    kind: str
    words: tuple[str, ...] = ()
    constant: bool = False  # written in capitals, as environment variables are


NOTHING = Key(Strength.NONE, "")

_TAILS = ("password", "passwd", "passphrase", "passwort", "secret", "token", "apikey", "privatekey", "secretkey", "accesskey", "authkey")
_NOT_TAILS = frozenset({"nonsecret", "untoken", "subtoken", "detoken", "supersecret", "passwordless", "nopasswd", "stoken", "cuttoken"})
_HINTS = frozenset("key keys auth cookie signature sig seed pin session sas nonce otp code p authorization".split())
# Before "secret": the value names a resource that holds it.
_REFERRED = frozenset({"existing", "external", "pull", "tls", "use", "create", "image", "source", "target", "registry", "cert", "ca"})


def split_words(name: str) -> tuple[str, ...]:
    """Split a name at punctuation and camel humps; `dbPassword` and `DB_PASSWORD` both give ("db", "password")."""
    words: list[str] = []
    current = ""
    for index, char in enumerate(name):
        if not char.isalnum():
            words.append(current)
            current = ""
            continue
        following = name[index + 1 : index + 2]
        hump = char.isupper() and current and (not current[-1].isupper() or (following.islower() and current[-1].isupper()))
        if hump:
            words.append(current)
            current = ""
        current += char
    words.append(current)
    return tuple(_unglue([word.lower() for word in words if word]))


def _unglue(words: list[str]) -> list[str]:
    """Split glued tails, as in `pgpassword`, and drop trailing digits of words."""
    result: list[str] = []
    for word in words:
        bare = word.rstrip("0123456789") or word
        if bare in lexicon.PASSWORDS or bare in lexicon.SECRETS or bare in lexicon.HARMLESS_LAST:
            result.append(bare)
            continue
        tail = next((t for t in _TAILS if bare.endswith(t) and bare not in _NOT_TAILS), "")
        if tail and len(bare) > len(tail):
            result.extend((bare[: -len(tail)], tail))
        else:
            result.append(word if word in lexicon.NEUTRAL_LAST else bare)
    return result


def _of_key(words: list[str]) -> Key:
    """Judge a name that ends in "key": the word before it decides."""
    owner = words[-2] if len(words) > 1 else ""
    if owner in lexicon.KEY_PUBLIC or any(word in {"public", "publishable", "pub"} for word in words):
        return NOTHING
    if owner in lexicon.KEY_OWNERS:
        kind = {"api": "api-key", "private": "private-key", "access": "access-key", "secret": "secret-key"}.get(owner, "key")
        return Key(Strength.SECRET, kind)
    return Key(Strength.HINT, "key")


def _kind_of(word: str) -> str:
    if word in lexicon.PASSWORDS:
        return "password"
    for kind in ("token", "credential", "salt"):
        if kind in word:
            return kind
    return "api-key" if word.startswith("apikey") else "secret"


def _judge(words: list[str]) -> Key:
    while len(words) > 1 and (words[-1] in lexicon.NEUTRAL_LAST or words[-1].isdigit()):
        words = words[:-1]
    last = words[-1]
    if last in {"key", "keys"}:
        return _of_key(words)
    if last in lexicon.PASSWORDS:
        if last == "pass" and len(words) > 1 and words[-2] in {"by", "proxy", "fastcgi", "uwsgi", "grpc", "first", "second", "multi"}:
            return NOTHING
        return Key(Strength.PASSWORD, "password")
    if last in lexicon.SECRETS:
        named = last in {"secret", "secrets", "credentials"} and len(words) > 1 and words[-2] in _REFERRED
        return Key(Strength.HINT if named or "public" in words else Strength.SECRET, _kind_of(last))
    if last == "ident" and words[-2:-1] == ["auth"]:
        return Key(Strength.SECRET, "credential")
    if last in _HINTS:
        return Key(Strength.HINT, "secret")
    if last in lexicon.HARMLESS_LAST:
        return NOTHING
    if any(word in lexicon.PASSWORDS or word in lexicon.SECRETS for word in words[:-1]):
        return Key(Strength.HINT, "secret")
    return NOTHING


@lru_cache(maxsize=16384)
def classify(name: str) -> Key:
    """Judge a name such as `DB_PASSWORD`, `spring.datasource.password` or `clientSecret`."""
    words = split_words(name[-96:])
    if not words:
        return NOTHING
    judged = _judge(list(words))
    if judged.strength is Strength.NONE:
        return NOTHING
    letters = [char for char in name if char.isalpha()]
    return Key(judged.strength, judged.kind, words, bool(letters) and all(char.isupper() for char in letters))


def is_secret_name(name: str) -> bool:
    """Say whether a value under this name counts as a secret without looking random."""
    return classify(name).strength >= Strength.SECRET
