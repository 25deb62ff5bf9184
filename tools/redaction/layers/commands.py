"""Secrets on command lines: `-p`, `-a`, `-u user:password`, `--token`, `--set`, `passin`, `echo … | … --password-stdin`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from .. import looks
from ..document import Document, Hit, Match, either, pattern
from ..judge import judge_as
from ..keys import Key, Strength, classify
from ..literals import Value, shell_word
from ..taint import TaintStore
from .assignments import STEMS

ORDER = 60

_PASSWORD = Key(Strength.PASSWORD, "password")
_TOKEN = Key(Strength.SECRET, "token", (), True)
_GAP = r"(?:[ \t]+|[\"']?,[ \t]*[\"']|[ \t]*\\\r?\n[ \t]*|=)"

_LONG = pattern(rf"(?i)(?:^|[\s\"'=\[,(\x60])--?([a-z0-9.-]*(?:{STEMS})[a-z0-9-]*){_GAP}")
# tool -> flags whose value is a password or token; a flag that ends in "+" has its value glued to it
_TOOLS: dict[str, tuple[str, Key]] = {
    "mysql mysqldump mysqladmin mariadb mariadb-dump mariadb-admin mysqlimport mysqlcheck mysqlsh mysqlbinlog": ("-p+", _PASSWORD),
    "redis-cli valkey-cli keydb-cli redis-benchmark": ("-a --pass", _PASSWORD),
    "sshpass": ("-p -p+", _PASSWORD),
    "docker podman nerdctl skopeo crane buildah oras helm": ("-p --password", _PASSWORD),
    "mongo mongosh mongodump mongorestore mongoexport mongoimport": ("-p -p+ --password", _PASSWORD),
    "sqlcmd bcp osql tsql isql": ("-P -P+", _PASSWORD),
    "ldapsearch ldapadd ldapmodify ldapdelete ldappasswd ldapwhoami": ("-w", _PASSWORD),
    "az": ("-p --password --account-key --sas-token --client-secret", _PASSWORD),
    "unzip zip 7z 7za rar": ("-P -p+", _PASSWORD),
    "doctl": ("-t --access-token", _TOKEN),
    "rabbitmqadmin": ("-p --password", _PASSWORD),
    "influx": ("-t --token -p --password", _TOKEN),
    "sentry-cli": ("--auth-token", _TOKEN),
    "smbclient mount.cifs net": ("-U", _PASSWORD),
    "oc": ("-p -t --token --password", _PASSWORD),
    "argocd cf ibmcloud rundeck": ("-p --password --auth-token", _PASSWORD),
    "vsql clickhouse-client cqlsh snowsql beeline exaplus": ("-w -p --password", _PASSWORD),
    "ansible ansible-playbook": ("--vault-password", _PASSWORD),
    "htpasswd": ("-b", _PASSWORD),
    "openssl gpg keytool jarsigner": ("-passin -passout -pass -k --passphrase -storepass -keypass -srcstorepass -deststorepass", _PASSWORD),
}
_ONLY_LOGIN = frozenset("docker podman nerdctl skopeo crane buildah oras helm oc argocd cf ibmcloud rundeck".split())
_FLAGS = {tool: (tuple(flags.split()), key) for tools, (flags, key) in _TOOLS.items() for tool in tools.split()}
_TOOL = pattern(r"(?:^|[\s;|&(\"'/=\x60\[])(" + "|".join(sorted(_FLAGS, key=len, reverse=True)) + r")(?:\.exe)?(?:[\s\"',]|$)")
_FLAG = pattern(r"(?:[\s\"',])(--?[A-Za-z][A-Za-z-]*)")
_USER = pattern(
    rf"(?:[\s\"',])(?:(?:-u|-U){_GAP}?|(?:--user|--proxy-user|--credentials|--creds|--auth|-a|--basic-auth|--src-creds|--dest-creds"
    rf"|--http-user){_GAP})[\"']?([^\s:,%\"'/\\]+):([^\s\"'@]+|[^\"'\n]+[\"'])"
)
_USER_OF_FILES = pattern(
    r"\b(?:lftp|smbclient|rpcclient|net[ \t]+rpc|smbmap|crackmapexec|winexe)\b[^\n|;]*?"
    r"[ \t]-[uU][ \t]*[\"']?([^\s:,%\"'/\\]+)[:,%]([^\s\"'@]+)"
)
_SET = pattern(rf"(?i)([\w.\[\]\\-]*(?:{STEMS})[\w.\[\]\\-]*)=")
_SETTING = pattern(
    r"--set(?:-string|-literal|-json)?(?:[ \t=\"',]+|[ \t]*\\\r?\n[ \t]*)|--(?:from-literal|build-arg|env)[=, \"']+|-e[ \t\"',]+"
)
_OPENSSL = pattern(r"\bpass:([^\s\"']+)")
_STDIN = pattern(r"(?:echo|printf)[ \t]+(?:-n[ \t]+|[\"']%s(?:\\n)?[\"'][ \t]+)?")
_LOGIN = pattern(
    r"--password-stdin|\bpasswd\b|chpasswd|--stdin|gh auth login|login|sudo -S|cryptsetup|gpg|secret create"
    r"|secrets put|passphrase-fd"
)
_HTPASSWD = pattern(r"\bhtpasswd[ \t]+-[a-zA-Z]*b[a-zA-Z]*[ \t]+(?:-[a-zA-Z]+[ \t]+)*(?:\S+[ \t]+)?\S+[ \t]+([^\s;|&\"']+)")
_CREATE = pattern(r"(?:rabbitmqctl[ \t]+(?:add_user|change_password)|user(?:add|-add)?[ \t]+add)[ \t]+[\"']?\S+?[\"']?[ \t]+([^\s;|&]+)")
_VALUE = pattern(
    r"\b(?:keyvault[ \t]+secret[ \t]+set|put-parameter|create-secret|put-secret-value|secrets[ \t]+(?:create"
    r"|versions[ \t]+add)|secret[ \t]+create)\b"
)
_VALUE_FLAG = pattern(r"[ \t](?:--value|--secret-string|--secret-value|--body|-b)[ \t=]+")
_LITERAL = pattern(r"--from-literal[= \t]+[\"']?[\w.-]+=")
_CHPASSWD = pattern(r"(?m)^[ \t]+(?:-[ \t]+)?[\"']?[a-z_][\w.-]*:([^\s:\"']{3,})[\"']?[ \t]*\r?$")
_SET_NAMED = pattern(rf"(?i)\b(?:configure|config)[ \t]+set[ \t]+([\w./:@-]*(?:{STEMS})[\w.-]*)[ \t]+")
_LAST = pattern(
    r"(?:redis-cli[^\n|;]*|CONFIG SET[ \t]+|config set[ \t]+)(?:requirepass|masterauth|AUTH|auth)[ \t]+[\"']?([^\s\"';|&]+)"
    r"|ConvertTo-SecureString[ \t]+(?:-String[ \t]+)?[\"']([^\"'\n]+)[\"']|\bnet[ \t]+user[ \t]+\S+[ \t]+([^\s/][^\s]*)"
    r"|ssh-keygen\b[^\n|;]*[ \t]-[NP][ \t]+[\"']?([^\s\"']+)|\b(?:sqlplus|impdp|expdp|sqlldr"
    r"|rman[ \t]+target)[ \t]+(?:-\S+[ \t]+)*[\"']?\w+/\"?([^\s@/\"']+)"
    r"|(?:vault login|wrangler secret put|npm config set [^\s]*_authToken|chpasswd <<<)[ \t]+[\"']?(?:[^\s:\"']+:)?([^\s\"'-][^\s\"']*)"
)
_ANY = either(
    _LONG, _TOOL, _USER, _USER_OF_FILES, _SETTING, _STDIN, _VALUE, _LITERAL, _SET_NAMED, pattern("chpasswd:"), _OPENSSL, _HTPASSWD, _CREATE,
    _LAST,
)  # fmt: skip


def _hit(value: Value | None, key: Key, doc: Document) -> Iterator[Hit]:
    if value is None or value.text.startswith("-") or (value.end - value.start) < 3:
        return
    verdict = judge_as(key, value.text, doc.traits_at(value.start), value.quoted)
    if verdict and not (not verdict.spread and doc.traits.family in {"markdown", "text"} and value.text.isalpha() and key is _TOKEN):
        yield Hit(value.start, value.end, verdict.kind, value.text if verdict.spread else "")


def _command_end(doc: Document, at: int) -> int:
    """Return where a command ends: at its line's end, continuation lines included, or at a separator."""
    end = doc.line_end(at)
    while doc.data[end - 1 : end] == b"\\" and end < len(doc.data) and end - at < 4000:
        end = doc.line_end(end + 1)
    return min(end, at + 4000)


def _tool(doc: Document, found: Match) -> Iterator[Hit]:
    tool = found.group(1).decode("latin-1")
    flags, key = _FLAGS[tool]
    end = _command_end(doc, found.end(1))
    if tool in _ONLY_LOGIN and b"login" not in doc.data[found.end(1) : end]:
        return
    for flag in _FLAG.find(doc.data, found.end(1), end):
        name = flag.group(1).decode("latin-1")
        at = flag.end(1)
        if name in flags:
            rest = doc.data[at : at + 4]
            skip = 1 if rest[:1] == b"=" else len(rest) - len(rest.lstrip(b" \t\"',"))
            if skip:
                yield from _hit(shell_word(doc, at + skip - (rest[skip - 1 : skip] in (b'"', b"'"))), key, doc)
                continue
        for glued in flags:
            if glued.endswith("+") and name.startswith(glued[:-1]) and not name.startswith("--") and name not in {"-port", "-protocol"}:
                yield from _hit(shell_word(doc, flag.start(1) + len(glued) - 1), key, doc)


def _long(doc: Document) -> Iterator[Hit]:
    for found in _LONG.find(doc.data):
        name = found.group(1).decode("latin-1")
        key = classify(name)
        if key.strength < Strength.SECRET or (name in {"p", "a"}):
            continue
        at = found.end()
        if doc.data[at - 1 : at] in (b'"', b"'") and found.group()[-2:-1] != b"=":
            at -= 1
        value = shell_word(doc, at)
        plain = doc.traits_at(at).family not in {"shell", "docker", "make"}
        if value and not (plain and not value.quoted and not value.text.isdigit() and looks.is_weak(value.text)):
            yield from _hit(value, key, doc)


def _users(doc: Document) -> Iterator[Hit]:
    for found in itertools.chain(_USER.find(doc.data), _USER_OF_FILES.find(doc.data)):
        start, end = found.start(2), found.end(2)
        if doc.data[end - 1 : end] in (b'"', b"'"):
            end -= 1
        user, value = doc.text(found.start(1), found.end(1)), doc.text(start, end)
        if user.isdigit() or (value.isdigit() and len(value) < 6) or "/" in value.split(":")[0][:1]:
            continue
        yield from _hit(Value(start, end, value, False), _PASSWORD, doc)


def _sets(doc: Document) -> Iterator[Hit]:
    for opening in _SETTING.find(doc.data):
        end = min(_command_end(doc, opening.end()), opening.end() + 2000)
        for found in _SET.find(doc.data, opening.end(), end):
            value = shell_word(doc, found.end())
            key = classify(found.group(1).decode("latin-1").replace("\\", ""))
            if value and key.strength >= Strength.SECRET:
                yield from _hit(value, key, doc)
            break


def _stored(doc: Document) -> Iterator[Hit]:
    """Yield what is put into a secret store or set under a secret name: `--value v`, `--from-literal=any=v`, `config set name v`."""
    for place in _VALUE.find(doc.data):
        flag = _VALUE_FLAG.search(doc.data, place.end(), _command_end(doc, place.end()))
        if flag and (b"parameter" not in place.group() or b"SecureString" in doc.data[place.end() : _command_end(doc, place.end())]):
            yield from _hit(shell_word(doc, flag.end()), _PASSWORD, doc)
    for found in _LITERAL.find(doc.data):
        if b"secret" in doc.before(found.start()):
            yield from _hit(shell_word(doc, found.end()), _TOKEN, doc)
    for found in _SET_NAMED.find(doc.data):
        key = classify(found.group(1).decode("latin-1"))
        if key.strength >= Strength.SECRET:
            yield from _hit(shell_word(doc, found.end()), key, doc)
    if (at := doc.data.find(b"chpasswd:")) >= 0:
        for found in _CHPASSWD.find(doc.data, at, at + 1000):
            yield from _hit(Value(found.start(1), found.end(1), doc.text(found.start(1), found.end(1)), True), _PASSWORD, doc)


def _piped(doc: Document) -> Iterator[Hit]:
    for found in _STDIN.find(doc.data):
        end = doc.line_end(found.end())
        bar = doc.data.find(b"|", found.end(), end)
        if bar < 0 or not _LOGIN.search(doc.data, bar, end):
            continue
        value = shell_word(doc, found.end())
        if value and ":" in value.text and b"chpasswd" in doc.data[bar:end]:
            shift = len(value.text.split(":")[0]) + 1
            value = Value(value.start + shift, value.end, value.text[shift:], value.quoted)
        yield from _hit(value, _PASSWORD, doc)


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield the secret arguments of command lines, in scripts, manifests and documents alike."""
    if doc.traits.family == "lock" or _ANY.search(doc.data) is None:
        return
    yield from _long(doc)
    for found in _TOOL.find(doc.data):
        yield from _tool(doc, found)
    yield from _users(doc)
    yield from _sets(doc)
    yield from _piped(doc)
    yield from _stored(doc)
    for shape in (_OPENSSL, _HTPASSWD, _CREATE, _LAST):
        for found in shape.find(doc.data):
            group = next(number for number in range(1, 7) if found.start(number) >= 0)
            start, end = found.start(group), found.end(group)
            yield from _hit(Value(start, end, doc.text(start, end), False), _PASSWORD, doc)
