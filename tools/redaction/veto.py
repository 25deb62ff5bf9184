"""What is never a secret although it stands where one could: references, placeholders, settings, names, digests, identifiers."""

from __future__ import annotations

from functools import lru_cache

from . import lexicon, looks
from .document import Pattern, pattern

_ENTITY_FREE = r"[^\n]*"
# A value that is wholly a reference to something else.
_REFERENCES = (
    r"\$\{\{" + _ENTITY_FREE,  # CI expression
    r"\$\{[^{}\n]*\}?",  # variable, perhaps with a message or default, which is judged by its own layer
    r"\$\$?\{?[A-Za-z_][A-Za-z0-9_]*\}?",
    r"\$\$?[0-9@*#?]",
    r"\$\(" + _ENTITY_FREE,  # command or make variable
    r"`" + _ENTITY_FREE,
    r"\{\{" + _ENTITY_FREE,  # templates
    r"\{%" + _ENTITY_FREE,
    r"<%" + _ENTITY_FREE,
    r"<[^<>\n]*>",
    r"\[[^\[\]\n]*\]",
    r"%(?:env\()?[A-Za-z_][A-Za-z0-9_.:]*\)?%",
    r"%\([A-Za-z_][A-Za-z0-9_.]*\)s?",
    r"%[sdvq]",
    r"\{[A-Za-z0-9_.]*\}",
    r"#\{[^}]*\}#?",
    r"@@?[A-Za-z_.]+@@?",
    r"__[A-Za-z0-9_]+__",
    r"\(\([^()]*\)\)",
    r":[a-z_]+",  # bound parameter
    r"\*[A-Za-z0-9_-]+",  # YAML alias
    (r"(?i)(?:arn|urn|projects|vault|op|ssm|aws-sm|awssm|gcpsm|azurekv|akv|doppler|infisical|keyvault|secretref|ref\+[a-z]+|secrets?manager|"
    r"kms|alias|env|file|docker-secret|credstash|sm|conjur|bitwarden|1password|keyring|chamber|akeyless|secret"
    r"|configmap|resolve):?[:/][^ \n]*"),
    r"(?i)(?:ENC|cipher)[\[({]" + _ENTITY_FREE,  # ciphertext of SOPS, Jasypt, Spring
    r"\$ANSIBLE_VAULT;" + _ENTITY_FREE,
    r"(?:id|source|src)=[\w./-]+(?:,[a-z]+=[\w./~$@{}-]+)*[\s#]*",  # a secret of an image build or a service, by its name
    r"(?i)!(?:vault|ref|sub|getatt|importvalue|fn|join|env|secret|reference)\b" + _ENTITY_FREE,
)
_REFERENCE = pattern("(?s)(?:" + "|".join(f"(?:{part})" for part in _REFERENCES) + ")")

_INNER = pattern(
    r"\$\{\{[^\n]*?\}\}|\$\{[^{}\n]*\}|\{\{[^\n]*?\}\}|\$\([^()\n]*\)|%\([A-Za-z_.]+\)s|#\{[^{}\n]*\}|<[A-Za-z_ -]+>"
    r"|\{[A-Za-z_.]*\}"
)
_CODE = pattern(
    r"(?:(?:await|new|not|typeof|return)\s+)*"
    r"(?:os|process|env|ENV|environ|config|conf|settings|secrets|vars?|local|data|module|self|this|props|state|ctx|context|options|opts|params|"
    r"request|req|app|viper|System|Environment|Deno|import|cfg|args|values|Values|kwargs|each|random_password|credentials|stages|inputs|"
    r"github|matrix|steps|needs|jobs|getenv|item|row|user|form|body|payload|session|event|response|res|result)"
    r"(?:\?|!|&)?(?:\.|\[|\(|->|::)[^\n]*"
)
_CALL = pattern(r"[A-Za-z_$][\w$.:>-]*\([^\n]*\)?;?")
_BINDING = pattern(r"[A-Za-z_$][A-Za-z_$.]*\([\w., ]*\)")
_DOTTED = pattern(r"[A-Za-z_$][A-Za-z_$]*(?:(?:\.|::|->|\?\.)[A-Za-z_$][A-Za-z_$]*)+")
_SCOPED = pattern(r"[A-Z][A-Za-z0-9]*(?:::[A-Z][A-Za-z0-9]*)+(?:(?:\.|::)[a-z_][a-z0-9_]*)?")
_ENV_NAME = pattern(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_HEADER_NAME = r"(?i)X-[A-Za-z]+(?:-[A-Za-z]+)*|Authorization|Proxy-Authorization"
_UUID = pattern(r"(?i)\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?")
_DIGEST = (
    r"(?i)(?:sha(?:1|224|256|384|512)|md5|blake2b?|blake3)[:=-][0-9a-z+/=_-]+|(?:h1|zh|go\.mod h1):[0-9A-Za-z+/=]+"
    r"|sha(?:256|384|512)-[A-Za-z0-9+/=]+"
)
_PUBLIC_KEY = (
    r"(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-\S+|sk-\S+@openssh\.com) AAAA[^\n]*|AAAA[BCEI][A-Za-z0-9+/=]{40,}"
    r"|age1[0-9a-z]{50,}|(?:MIIBIjAN|MIICIjAN|MFkwEwYH|MCowBQYDK2Vw)[A-Za-z0-9+/=\s]*"
)
_CERTIFICATE = (
    r"(?s)-----BEGIN (?:CERTIFICATE|PUBLIC KEY|RSA PUBLIC KEY|SSH2? PUBLIC KEY|PGP PUBLIC KEY BLOCK|X509 CRL"
    r"|CERTIFICATE REQUEST).*|LS0tLS1CRUdJTiBDRVJU.*|LS0tLS1CRUdJTiBQVUJM.*"
)
_URL = r"(?i)[a-z][a-z0-9+.-]*:(?:[a-z]+:)?//[^\s]*"
_PATH = r"(?:~|\.{1,2}|[A-Za-z]:)?[/\\](?:[A-Za-z0-9._@${}%-]+[/\\])*[A-Za-z0-9._@${}%*-]*"
_RELATIVE = r"[A-Za-z][a-z0-9_.-]*(?:/[a-z0-9_.{}$-]+)+"
_FILE = r"(?i)[\w./-]+\.(?:pem|key|crt|cer|txt|json|ya?ml|toml|env|conf|cfg|ini|p12|pfx|jks|keystore|php|py|js|ts|html?|md|go|sh)"
_HOST = (
    r"(?i)(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)+(?:com|net|org|io|dev|local|internal|svc|cluster|app|cloud|co|eu|de"
    r"|uk|example|test|lan|prod|corp|intra)\.?(?::[0-9]+)?(?:/[^\s]*)?"
)
_MAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_VERSION = (
    r"(?i)(?:[\^~<>=!]{1,2} ?)?v?[0-9]+(?:\.[0-9x*]+){1,3}(?:[-+][0-9a-z.-]+)?(?:,? ?[<>=!]+ ?[0-9.]+)*"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.Z+-]+)?|[0-9]+(?:\.[0-9]+)?(?:ms|s|m|h|d|w|kb|mb|gb|ki|mi|gi|%)"
)
_REPEATED = pattern(
    r"[xX*.\-_#?0]+|(?:\xe2\x80[\xa2\xa6])+|\.\.\.+[^\n]*|[^\n]*\.\.\.|(?:x{3,}|X{3,})[^\n]{0,12}|[^\n]*(?:x{5,}|X{5,})[^\n]*"
    r"|[^\n]*\*{3,}[^\n]*"
)
_MARKER = pattern(r"(?i)(?s).*[\[<(]redacted[^\]>)]*[\])>].*")
_MOUNT = r"[0-9.]+:[0-9]+(?::[0-9]+)?(?:/(?:tcp|udp))?|[\w.-]+:(?:/[A-Za-z0-9._-]+)+(?::[a-z]+)?"
_RULES = r"[a-z_]+(?::[\w,]+)?(?:\|[a-z_]+(?::[\w,.]+)?)+"
_REGEX = r"/?\^[^\n]*\$/?[a-z]*|/[^\n]*\\[dws][^\n]*/[a-z]*|\[[A-Za-z0-9]-[^\n]*"
_NAME_TAIL = pattern(
    r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*-(?:secrets?|credentials?|creds|tls|certs?|auth|tokens?|keys?|passwords?|config"
    r"|env|sa|pull)"
)


def _either(*sources: str) -> Pattern:
    """Join shapes into one pattern; flags stay with their own shape."""
    return pattern("|".join(f"(?:{source})" for source in sources))


_IDENTIFIER = _either(
    _DIGEST, _PUBLIC_KEY, _CERTIFICATE, _URL, _MAIL, _VERSION, _HEADER_NAME, _FILE, _HOST, _REGEX, _MOUNT, _RULES
)
_ANY_PATH = _either(_PATH, _RELATIVE)


def _encoded(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


def is_marker(value: str) -> bool:
    """Say whether a redaction marker stands in the value, ours or another tool's."""
    return _MARKER.full(_encoded(value))


@lru_cache(maxsize=16384)
def is_placeholder(value: str, example: bool = False) -> bool:
    """Say whether a value stands for one to be filled in; in templates more words do."""
    data = _encoded(value)
    if not value.strip() or _REPEATED.full(data) or is_marker(value) or "EXAMPLE" in value:
        return True
    parts = value.strip("<>[]{}\"' ").lower().replace("-", " ").replace("_", " ").replace(".", " ").split()
    if any(part in lexicon.PLACEHOLDER for part in parts) or value.lower().startswith(("your", "insert-", "replace-")):
        return len(value) < 64
    if parts[-1:] == ["here"] and all(part.isalpha() for part in parts):
        return True
    shouted = value.isupper() and parts and parts[0] in {"change", "changeme", "changethis", "password", "secret", "token", "pass"}
    if shouted and len(parts) <= 3 and all(part.isalpha() for part in parts):
        return example or parts[0].startswith("change") or len(parts) == 1
    return example and bool(parts) and all(part in lexicon.PLACEHOLDER_IN_EXAMPLES or part in lexicon.WEAK for part in parts)


@lru_cache(maxsize=16384)
def is_reference(value: str) -> bool:
    """Say whether a value only points to where the secret is kept, or is encrypted."""
    data = _encoded(value.strip())
    if _REFERENCE.full(data):
        return True
    rest = _INNER.replace(data)
    return rest != data and not any(looks.is_random(part.strip("\"'=:,;"), 8) for part in rest.decode("utf-8", "replace").split())


@lru_cache(maxsize=16384)
def is_identifier(value: str) -> bool:
    """Say whether a value is a digest, UUID, public key, certificate, URL, path, host, address, version or name."""
    data = _encoded(value.strip())
    if _IDENTIFIER.full(data):
        return True
    if _ENV_NAME.full(data):
        return not looks.is_random(value)
    if _ANY_PATH.full(data):
        return all(not looks.is_random(part, 12) for part in value.replace("\\", "/").split("/"))
    return False


def is_uuid(value: str) -> bool:
    """Say whether a value is a UUID, with or without braces."""
    return _UUID.full(_encoded(value.strip()))


def is_code(value: str) -> bool:
    """Say whether an unquoted value is an expression of some programming language."""
    data = _encoded(value.strip())
    return _CODE.full(data) or _CALL.full(data) or _DOTTED.full(data) or _SCOPED.full(data)


def is_dotted_name(value: str) -> bool:
    """Say whether a quoted value is a dotted name such as a translation key, or a bare call such as a template binds."""
    data = _encoded(value.strip())
    return (_DOTTED.full(data) and value == value.lower()) or _BINDING.full(data)


def is_resource_name(value: str) -> bool:
    """Say whether a value names a resource that holds secrets, such as `db-credentials`."""
    return _NAME_TAIL.full(_encoded(value.strip()))


def is_sentence(value: str) -> bool:
    """Say whether a value is a phrase of a language rather than a passphrase."""
    parts = value.split()
    if len(parts) < 2:
        return False
    words = [part.strip(".,:;!?'\"()").lower() for part in parts]
    common = sum(word in lexicon.SENTENCE for word in words)
    if len(words) >= 6 and common >= 2:
        return not any(looks.is_random(part, 10) for part in parts)
    return common >= 1 and all(word.isalpha() or "'" in word or "-" in word or word.isdigit() or not word for word in words)
