"""Tell what only looks like a secret in somebody else's files, and what a comment beside it explains."""

from __future__ import annotations

import base64
from itertools import pairwise

import re2

from ._view.secret_names import FILE_PATH, is_secret, well_known

_LITERAL = re2.compile(r"(?i)(?:password|secret|token|key|identified\s+by)\W{1,6}N?'[^'$.\s]{6,}'")
_COMMIT = re2.compile(r"(?i)(?:_REF|_SHA|_COMMIT|REVISION)\s*[=:]\s*[\"']?[0-9a-f]{40}\b")
_MOUNTED = re2.compile(r"^\s*-\s*[\"'][a-z0-9._-]+:/[a-z0-9._/-]+(?::[a-z,]+)?[\"']\s*$")
_COMMAND = re2.compile(r"^\s*\w+=\"\$\w+(?: (?:-[A-Za-z]|(?:--)?[a-z]+(?:-[a-z]+)*))+\"\s*$")
_SOUGHT = re2.compile(r"^\s*\w+=\$\((?:grep|sed|awk|cut) ")
_QUERY = re2.compile(r"^\s*\w+=\"(?:[?&][a-z]+(?:\[\])?=\$\{\w+\})+\"\s*$")
_NO_SECRET = re2.compile(
    r"(?i)^\s*[\"']?[\w.-]*(?:user|username|host|hostname|port|database|dbname|_db|endpoint|region|email)[\"']?\s*[:=]\s*[^\s:@]+\s*$"
)
_NAMES_ONLY = re2.compile(r"secrets?:\s*[\"'][A-Z0-9_,\s-]+[\"']\s*$|secrets?\w*\s*[:=]\s*\[(?:\s*[\"'][A-Za-z_-]+[\"'],?)+\s*\],?\s*$")
_COUNTED = re2.compile(r"(?i)tokens?[\"']?\s*[:=]\s*[\"']?(?:true|false|\d+)\b")


_MOUNTS_SECRET = re2.compile(r"--secret[ =][\"']?(?:id|type)=")
_KEPT_IN = re2.compile(r"[:=]\s*[\"']?(?:\$\{\w+:-)?[$\w{}./-]*/[\w./-]+\.(?:asc|pem|key|crt|p12|jks|json|gpg|pub|txt|ya?ml)\}?[\"']?\s*$")
_RUN = re2.compile(
    r"^\s*(?:export\s+|local\s+)?\w+(?:\[\w+\])?=[\"']?\$\("
    r"(?:find|ls|cat|head|tail|tr|date|stat|openssl|pwgen|mktemp|docker|kubectl|jq|yq)\b"
)
_NOTHING = re2.compile(r"(?i)[:=-]\s*[\"']?(?:invalid|none|null|nil|unset|disabled|undefined|empty|false|true|n/a)[\"'}]*\s*$")
# keys that a vendor hands out to stand in every browser or program
_PUBLIC = re2.compile(
    r"(?i)[\"']?[\w.-]*(?:posthog|segment_write|mixpanel|amplitude|sentry_dsn|next_public_|vite_|react_app_|publishable|site_?key|public_?key)"
    r"[\w.-]*[\"']?\s*[:=]"
)
# what a tool has encrypted (sealed-secrets begins with the length of its key), and words in brackets that tell what belongs there
_SEALED = re2.compile(r"ENC\[AES256_GCM,|\$ANSIBLE_VAULT;|^\s*<[A-Za-z]\w*(?: \w+)+>\s*$|:\s*[\"']?Ag[A-D][A-Za-z0-9+/]{300}")
# a token of an issuer's form in whose letters a word tells that it is none
_WORDED = re2.compile(
    r"(?i)\b(?:gh[pousr]_|github_pat_|glpat-|sk[-_]|xox[abps]-|hf_|npm_|tskey-|AKIA|ASIA|AIza)[\w-]*"
    r"(?:your|example|personal|replace|dummy|fake|mock|x{5}|0{8}|12345|abc123)"
)
_REMARK = re2.compile(r"^\s*(?:#|//)\s*[A-Za-z][^:=]*$")
_READ = re2.compile(r"(?i)Bearer[\\\"' ]*\$?\(")
_SHAPES = (
    *(_COMMIT, _NAMES_ONLY, _MOUNTED, _COMMAND, _SOUGHT, _QUERY, _NO_SECRET, _REMARK),
    *(_SEALED, _WORDED, _READ, _MOUNTS_SECRET, _COUNTED, _RUN, _KEPT_IN, _NOTHING, _PUBLIC),
)


def _names_itself(line: str) -> bool:
    """Say whether a value is the name that it is given to: `S3_SECRET_KEY=s3-secret-key` is there to be filled in."""
    name, _, value = line.replace(": ", "=", 1).strip().removeprefix("- ").partition("=")
    plain = value.strip("\"' ").lower().replace("-", "_")
    return bool(plain) and plain == name.strip("\"' ").lower().replace("-", "_")


def nobodys(line: str, kind: str) -> bool:
    """Say whether what looks like a secret is none: a word everybody knows (SEC004 says so), a commit, a list of names, SQL's own names."""
    if well_known(line) or _names_itself(line) or any(shape.search(line) for shape in _SHAPES):
        return True
    return kind == "sql" and (line.lstrip().startswith("--") or not _LITERAL.search(line))


_WORDS = frozenset(
    "a access account admin api app auth aws azure client db data database default demo example for here id jwt key my of pass passphrase"
    " password private public pwd redis root s3 secret site some store super supersecret the this token user value your".split()
)


_ONE_LINE = re2.compile(r"-----BEGIN [^-]*-----(.*)-----END ")


def pictured(row: str) -> bool:
    """Say whether a line holds a key from its first line to its last and nothing of its text: the form of a file, in JSON."""
    found = _ONE_LINE.search(row)
    return found is not None and (".." in found.group(1) or not _KEY_TEXT.search(str(found.group(1)).replace("\\n", " ")))


_KEY_TEXT = re2.compile(r"[A-Za-z0-9+/]{20}")
_CUT = re2.compile(r"^\s*(?:\.{2,}|…|\[\.\.\.\]|<[^>]*>|x{4,})\s*$")


def cut_short(lines: list[str], number: int) -> bool:
    """Say whether a key's text is left out between its first line and its last (`...`, `<base64 data>`)."""
    body: list[str] = []
    for line in lines[number : number + 60]:
        if "-----END" in line:
            return not any(_KEY_TEXT.search(part) for part in body) or any(_CUT.match(part) for part in body)
        body.append(line)
    return any(_CUT.match(part) for part in body[:2])


_SENTENCE = re2.compile(r"[a-z]+(?:[_-][a-z]{1,12}){2,9}")


def words_only(value: str) -> bool:
    """Say whether a value on a page is made of words that name what belongs there (`secret_access_key`, `a_long_one_of_yours`)."""
    if _SENTENCE.fullmatch(value):
        return True
    parts = value.lower().replace("-", " ").replace("_", " ").replace(".", " ").split()
    return bool(parts) and all(p.rstrip("0123456789") in _WORDS for p in parts)


_FOR_SHOW = re2.compile(
    r"(?i)\b(?:demo|dummy|fake|examples?|samples?|placeholder|replace|override|change (?:all |both )?(?:this|me|it|the|these)"
    r"|(?:must|should) be changed|set (?:this|your)|generate (?:a|one|with|your)|(?:only )?for (?:local|testing|development))\b"
)


def explained(lines: list[str], number: int) -> bool:
    """Say whether a comment beside a value or right above it tells that it is for show or is to be replaced."""
    own = lines[number - 1] if number <= len(lines) else ""
    remarks = [own.partition(" #")[2]] if " #" in own else [own] if own.lstrip().startswith("#") else []
    for line in reversed(lines[max(0, number - 4) : number - 1]):
        if not line.lstrip().startswith(("#", "//", ";")):
            break
        remarks.append(line)
    return any(_FOR_SHOW.search(remark) or _NOT_SO.search(remark) for remark in remarks) or _of_a_block(lines, number)


_SHOWN = re2.compile(
    r"(?i)\b(?:looks? (?:something )?(?:like|similar)|similar to|for instance|such as|e\.g\.|the following (?:output|response|result))"
)


def shown(before: str) -> bool:
    """Say whether what a page says right before a block, or around a line of it, calls what follows an example."""
    return bool(_FOR_SHOW.search(before) or _SHOWN.search(before))


_NOT_SO = re2.compile(
    r"(?i)\bnot secure\b|\binsecure\b|\b(?:don'?t|do not|never)\b[^.\n]{0,30}\bin production|\bnot for production"
)
_PLURAL = re2.compile(
    r"(?i)\b(?:change|replace|override|set)\b.*\b(?:all|these|those|below|following|values|lines)\b"
    r"|\bneeds? to be changed\b|\bdefaults?\b.*\bchanged?\b"
)


def _of_a_block(lines: list[str], number: int) -> bool:
    """Say whether a comment over the block of like lines that a line is in tells to change all of them."""
    own = lines[number - 1] if 0 < number <= len(lines) else ""
    if any(_NOT_SO.search(line) for line in lines[max(0, number - 10) : number] if line.lstrip().startswith(("#", "//"))):
        return True
    depth, remarked = len(own) - len(own.lstrip()), False
    for line in reversed(lines[max(0, number - 12) : max(0, number - 1)]):
        if not line.strip() or len(line) - len(line.lstrip()) != depth:
            return False
        if line.lstrip().startswith(("#", "//", ";")):
            remarked = True
            if _PLURAL.search(line) is not None:
                return True
        elif remarked:
            return False  # what another remark speaks of
    return False


# a name with the text that it is given, a variable's fallback too; what a shell, a template or another file computes is no text
_PAIR = re2.compile(
    r"([A-Za-z_][\w.-]*)[\"']?\s*(?:[=:]|:=|=>)\s*[\"']?(?:\$\{[A-Za-z_]\w*:?[-=])?([^\s\"'$={}()<>%,;#&|*\[\]][^\s\"',;]*)"
)
_OPTION = re2.compile(r"(?:^|\s)--?([A-Za-z][\w-]*)[= ][\"']?([^\s\"'$={}()<>%,;#&|*-][^\s\"']*)")
_LOGIN = re2.compile(r"[a-z0-9+]://[^\s:@/${}<>]*:[^\s@/${}<>]{3,}@|Bearer [A-Za-z0-9._~+/-]{12,}|\$2[aby]\$\d\d\$")
_ABOVE = re2.compile(r"name:\s*[\"']?([\w.-]+)|variable\s+\"([\w-]+)\"")
_SERVICE = re2.compile(r"[a-z][a-z0-9-]*")
_REFERRING = frozenset({"key", "secretKey", "secretName", "property", "remoteKey"})
_NAMELESS = frozenset({"value", "default"})
_TOLD = re2.compile(r"^\s*(?:(?:description|error_message|summary|title|help|echo|printf)\b|#|//)")


def evident(lines: list[str], number: int) -> bool:
    """Say whether a line gives a literal text to a name that is a secret's, where nothing but the line itself needs to be believed."""
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    if _TOLD.search(line):
        return False
    if _LOGIN.search(line):
        return True
    if " ? " in line and " : " in line:
        return False  # one of two, by a condition
    above = "\n".join(lines[max(0, number - 4) : number - 1])
    owners = [str(m.group(1) or m.group(2)) for m in _ABOVE.finditer(above)][-1:]
    for shape in (_PAIR, _OPTION):
        for found in shape.finditer(line):
            name, value = str(found.group(1)), str(found.group(2))
            names = owners if name.lower() in _NAMELESS else [name.rpartition(".")[2]]
            if name == "secretKey" or (name in _REFERRING and words_only(value)) or (name == "pass" and _SERVICE.fullmatch(value)):
                continue  # the name under which a store of secrets holds it; where a proxy passes requests on to
            if _stands_in(value):
                continue
            if _a_text(value) and any(is_secret(n, frozenset()) for n in names):
                return True
    return False


_LOGIN_OF = re2.compile(r"://([^:/@\s]+):([^@/\s]+)@")
_USER = re2.compile(r"(?i)(?:user|username|login|_db|database|dbname)[\"']?\s*[:=]\s*[\"']?(?:\$\{\w+:?-)?([\w.-]+)")


_REPEATED = re2.compile(
    r"(?i)(?:\$\{\w+:?-)?[\"']?[a-z]{2,14}[-_]?(?:password|passwd)\d{0,4}[\"'}]*"
    r"|[\"']?(?:(?:admin|password|passwort|secret|test|root|changeme|user){2,4}\d{0,4})[\"']?"
)


def own_name(line: str, value: str, text: str) -> bool:
    """Say whether a password is its user's own name, words that say `password`, or one word again and again: it gives nothing away."""
    if _REPEATED.fullmatch(value):
        return True
    login = _LOGIN_OF.search(line)
    if login is not None:
        return str(login.group(1)) == str(login.group(2))
    plain = value.rpartition("-")[2].removesuffix("}") if value.startswith("${") else value
    return any(str(m.group(1)) == plain for m in _USER.finditer(text))


_MOCK = re2.compile(
    r"(?i)^(?:mock|fake|stub|dummy)|goes?_?-?here|^(?:some|insert|enter|your|my)[a-z_-]*(?:secret|password|token|key)|not[_-]"
)


def _stands_in(value: str) -> bool:
    """Say whether a value, in base64 too, is made of words that stand in for one."""
    try:
        plain = base64.b64decode(value, validate=True).decode("ascii") if len(value) % 4 == 0 else ""
    except ValueError:
        plain = ""
    texts = (value, plain.strip()) if plain.isprintable() or plain.strip().isprintable() else (value,)
    return any(_MOCK.search(t) or (("-" in t or "_" in t) and words_only(t)) for t in texts)


def _a_text(value: str) -> bool:
    """Say whether a value can be a secret: no path, no reference, no switch or small number."""
    plain = value.strip("\\\"'`.")
    elsewhere = plain.startswith(("/", "./", "~", "!", "var.", "local.", "data.", "module.", "each.")) or "${" in plain or "(" in plain
    switch = plain.lower() in ("true", "false", "null", "none") or (plain.isdigit() and len(plain) < 6)
    return len(plain) >= 4 and not elsewhere and not switch and not FILE_PATH.fullmatch(plain)


_TRIED = re2.compile(
    r"(?i)[-_]mock\b|[-_]mock[-_]|\bmock[-_]|fallback|missing|[-_]local\b|\blocal[-_]"
    r"|test|example|dummy|sample|demo|localhost|placeholder|fake|xxx|change|replace|your|<|\{\{"
)
_DEPLOYED = ("compose", "env")  # measured; in manifests and Terraform a value beside such a name is a reference or a stand-in too often


def assigned(kind: str, lines: list[str], number: int) -> bool:
    """Say whether a line of a file that is deployed gives a literal value to a secret's name: what is deployed has that password."""
    return kind in _DEPLOYED and evident(lines, number) and not _TRIED.search(lines[number - 1]) and _drawn(lines[number - 1])


_VALUES = re2.compile(r"://[^:/@\s]*:([^@/\s]+)@|[:=]\s*[\"']?(?:Bearer )?(?:\$\{\w+:?-)?([^\s\"'{}$]{10,})")


def _drawn(line: str) -> bool:
    """Say whether a line gives a value that somebody drew, letters and digits mixed: words that a project hands to all are a default."""
    for found in _VALUES.finditer(line):
        kinds = ["d" if c.isdigit() else "u" if c.isupper() else "l" for c in str(found.group(1) or found.group(2)) if c.isalnum()]
        changes = sum(1 for one, other in pairwise(kinds) if one != other)
        if len(kinds) >= 10 and changes >= max(4, len(kinds) // 6):
            return True
    return False
