"""Make secrets of many kinds, plant them in many places, and list every form in which they may not turn up.

Everything is drawn from a random.Random at test time, so that no secret-looking text is ever committed.
"""

from __future__ import annotations

import base64
import json
import random
import re
import string
import urllib.parse
import xml.sax.saxutils
from collections.abc import Callable

Maker = Callable[[random.Random], str]
Placement = Callable[[str, str], tuple[str, str]]

ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
SYMBOLS = "!#%*+-_.^~?@="
WORDS = (
    "amber badger cactus dolphin ember falcon glacier harbour island jungle kettle lantern meadow nectar orchid pebble quarry raven saddle"
    " timber umbrella velvet walnut yonder zephyr copper breeze winter marble"
).split()


def draw(rng: random.Random, alphabet: str, length: int) -> str:
    """Return a text of the given length that mixes cases and digits when the alphabet has them."""
    while True:
        text = "".join(rng.choice(alphabet) for _ in range(length))
        enough = len(set(text)) >= min(length, len(set(alphabet))) // 3
        mixed = any(c.isdigit() for c in text) and any(c.islower() for c in text) and any(c.isupper() for c in text)
        if enough and (mixed or alphabet is not ALNUM):
            return text


def _prefixed(prefix: str, alphabet: str, length: int) -> Maker:
    return lambda rng: prefix + draw(rng, alphabet, length)


def _b64(rng: random.Random, size: int) -> str:
    return base64.b64encode(rng.randbytes(size)).decode()


def _symbolic(rng: random.Random) -> str:
    body = draw(rng, ALNUM, 14)
    for at in sorted(rng.sample(range(2, 12), 3)):
        body = body[:at] + rng.choice(SYMBOLS) + body[at + 1 :]
    return body


def _jwt(rng: random.Random) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part({'sub': str(rng.randrange(10**9)), 'role': 'service'})}.{draw(rng, ALNUM, 43)}"


def _pem(label: str) -> Maker:
    def make(rng: random.Random) -> str:
        body = _b64(rng, 300)
        lines = [body[at : at + 64] for at in range(0, len(body), 64)]
        return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----"])

    return make


def _passphrase(rng: random.Random) -> str:
    return "-".join(rng.sample(WORDS, 3)) + f"-{rng.randrange(10, 99)}"


# Heads that a kind's values share: they name the kind and are no secret.
PUBLIC_HEADS = (
    "AGE-SECRET-KEY-1",
    "sk-ant-api03-",
    "github_pat_",
    "pypi-AgEIcHlwaS5vcmc",
    base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode()).decode().rstrip("="),
)


def kinds() -> dict[str, Maker]:
    """Return makers of secrets by kind; every value is valid in form and worthless."""
    urlsafe = ALNUM + "-_"
    return {
        "password-alnum-12": _prefixed("", ALNUM, 12),
        "password-alnum-16": _prefixed("", ALNUM, 16),
        "password-alnum-24": _prefixed("", ALNUM, 24),
        "password-symbols": _symbolic,
        "passphrase": _passphrase,
        "hex-32": _prefixed("", HEX, 32),
        "hex-40": _prefixed("", HEX, 40),
        "hex-64": _prefixed("", HEX, 64),
        "base64-32": lambda rng: _b64(rng, 32),
        "base64-48": lambda rng: _b64(rng, 48),
        "aws-secret": lambda rng: _b64(rng, 30),
        "aws-key-id": _prefixed("AKIA", string.ascii_uppercase + "234567", 16),
        "github-token": _prefixed("ghp_", ALNUM, 36),
        "github-fine": lambda rng: "github_pat_" + draw(rng, ALNUM, 22) + "_" + draw(rng, ALNUM, 59),
        "gitlab-token": _prefixed("glpat-", urlsafe.replace("-", "").replace("_", ""), 20),
        "slack-token": lambda rng: f"xoxb-{rng.randrange(10**11, 10**12)}-{rng.randrange(10**11, 10**12)}-{draw(rng, ALNUM, 24)}",
        "stripe-key": _prefixed("sk_live_", ALNUM, 48),
        "webhook-secret": _prefixed("whsec_", ALNUM, 32),
        "sendgrid-key": lambda rng: f"SG.{draw(rng, ALNUM, 22)}.{draw(rng, ALNUM, 43)}",
        "google-key": _prefixed("AIza", ALNUM, 35),
        "openai-key": lambda rng: f"sk-proj-{draw(rng, ALNUM, 40)}T3BlbkFJ{draw(rng, ALNUM, 40)}",
        "anthropic-key": lambda rng: f"sk-ant-api03-{draw(rng, ALNUM, 80)}AA",
        "npm-token": _prefixed("npm_", ALNUM, 36),
        "pypi-token": _prefixed("pypi-AgEIcHlwaS5vcmc", ALNUM, 90),
        "docker-token": _prefixed("dckr_pat_", ALNUM, 27),
        "vault-token": _prefixed("hvs.", ALNUM, 90),
        "digitalocean-token": _prefixed("dop_v1_", HEX, 64),
        "databricks-token": _prefixed("dapi", HEX, 32),
        "telegram-token": lambda rng: f"{rng.randrange(10**9, 10**10)}:AA{draw(rng, ALNUM, 33)}",
        "twilio-key": _prefixed("SK", HEX, 32),
        "jwt": _jwt,
        "bcrypt": lambda rng: f"$2y$12${draw(rng, ALNUM, 53)}",
        "age-key": lambda rng: "AGE-SECRET-KEY-1" + draw(rng, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58),
        "pem-pkcs8": _pem("PRIVATE KEY"),
        "pem-rsa": _pem("RSA PRIVATE KEY"),
        "pem-openssh": _pem("OPENSSH PRIVATE KEY"),
    }


def weak_words() -> tuple[str, ...]:
    """Return weak values: they vanish where they are assigned and must survive everywhere else."""
    return ("postgres", "admin", "root", "test", "secret", "guest", "123456")


def _indented(value: str, by: str) -> str:
    return value.replace("\n", "\n" + by)


def _flat(value: str) -> str:
    return json.dumps(value)[1:-1]


def _env(kind: str, value: str) -> tuple[str, str]:
    return ".env.production", f'APP_ENV=production\nAPP_PORT=8000\nDB_PASSWORD="{_flat(value)}"\nLOG_LEVEL=info\n'


def _compose(kind: str, value: str) -> tuple[str, str]:
    body = (
        "services:\n  api:\n    image: registry.example.com/shop/api:1.4.2\n    environment:\n      APP_ENV: production\n"
        f'      SESSION_SECRET: "{_flat(value)}"\n    ports: ["8000:8000"]\n'
    )
    return "deploy/compose.yaml", body


def _manifest(kind: str, value: str) -> tuple[str, str]:
    encoded = base64.b64encode(value.encode()).decode()
    return "k8s/secret.yaml", f"apiVersion: v1\nkind: Secret\nmetadata: {{name: shop-api}}\ntype: Opaque\ndata:\n  API_TOKEN: {encoded}\n"


def _settings(kind: str, value: str) -> tuple[str, str]:
    return "shop/settings.py", f'DEBUG = False\nSECRET_KEY = "{_flat(value)}"\nALLOWED_HOSTS = ["shop.example.com"]\n'


def _readme(kind: str, value: str) -> tuple[str, str]:
    if "\n" in value:
        return "README.md", f"# Shop\n\nDeploy with this key:\n\n{value}\n\nThen open port 8000.\n"
    return "README.md", f"# Shop\n\nThe password of the staging database is `{value}`.\nThen open port 8000.\n"


def _comment(kind: str, value: str) -> tuple[str, str]:
    if "\n" in value:
        return "deploy/run.sh", "#!/bin/sh\n# old key:\n# " + _indented(value, "# ") + "\nexec ./serve --port 8000\n"
    return "deploy/run.sh", f"#!/bin/sh\n# the old password was {value}\nexec ./serve --port 8000\n"


def _flag(kind: str, value: str) -> tuple[str, str]:
    quoted = "'" + value + "'"
    return "scripts/migrate.sh", f"#!/bin/sh\nset -eu\n./migrate --host db.internal --password={quoted} --retries 3\n"


def _answer(kind: str, value: str) -> tuple[str, str]:
    if "\n" in value:
        return "answer.txt", f"Use the existing server. Its key is:\n{value}\nThe domain is shop.example.com\n"
    return "answer.txt", f"Use the existing server, the database password is {value} and the domain is shop.example.com\n"


def _url(kind: str, value: str) -> tuple[str, str]:
    quoted = urllib.parse.quote(value, safe="")
    settings = {"port": 8000, "databaseUrl": f"postgres://shop:{quoted}@db.internal:5432/shop"}
    return "config/default.json", json.dumps(settings, indent=1) + "\n"


def _properties(kind: str, value: str) -> tuple[str, str]:
    flat = _flat(value)
    text = f"server.port=8000\nspring.datasource.password={flat}\nspring.jpa.open-in-view=false\n"
    return "src/main/resources/application.properties", text


def _javascript(kind: str, value: str) -> tuple[str, str]:
    text = f'module.exports = {{\n  port: 8000,\n  apiKey: "{_flat(value)}",\n  region: "eu-west-1",\n}};\n'
    return "src/config.js", text


def placements() -> dict[str, Placement]:
    """Return functions that write a secret of a kind into a file: (kind, value) -> (path, text)."""
    return {
        "env": _env,
        "compose": _compose,
        "manifest": _manifest,
        "settings": _settings,
        "readme": _readme,
        "comment": _comment,
        "flag": _flag,
        "answer": _answer,
        "url": _url,
        "properties": _properties,
        "javascript": _javascript,
    }


def _base64_cores(raw: bytes) -> set[str]:
    cores = set()
    for shift in range(3):
        text = base64.b64encode(bytes(shift) + raw).decode().rstrip("=")
        core = text[(0, 2, 3)[shift] : (shift + len(raw)) * 8 // 6]
        cores |= {core, core.replace("+", "-").replace("/", "_")}
    return cores


def _wrapped(text: str) -> set[str]:
    return {"\n".join(text[at : at + width] for at in range(0, len(text), width)) for width in (64, 76) if len(text) > width}


def _escapes(value: str) -> set[str]:
    percent = {urllib.parse.quote(value, safe=""), urllib.parse.quote(value), "".join(f"%{byte:02X}" for byte in value.encode())}
    entities = {"".join(f"&#{ord(c)};" for c in value), "".join(f"&#x{ord(c):x};" for c in value), xml.sax.saxutils.escape(value)}
    slashes = {"".join(f"\\u{ord(c):04x}" for c in value), "".join(f"\\x{ord(c):02x}" for c in value), json.dumps(value)[1:-1]}
    shell = {re.sub(r"([^A-Za-z0-9_\n])", r"\\\1", value)}
    return percent | entities | slashes | shell


def windows(value: str) -> set[str]:
    """Return all windows of 12 characters, of 8 for values under 16; armour lines of key blocks are no secret."""
    found: set[str] = set()
    lines = value.split("\n")
    for line in lines if len(lines) == 1 else [line for line in lines if not line.startswith("-----")]:
        width = 12 if len(value) >= 16 else 8
        head = next((len(head) - 4 for head in PUBLIC_HEADS if line.startswith(head)), 0)
        found.update(line[at : at + width] for at in range(head, max(head + 1, len(line) - width + 1)))
    return {window for window in found if len(window) >= 8}


def forbidden_forms(value: str) -> set[str]:
    """Return every form of a secret that no surface may show: raw, encoded, escaped, reversed, case-changed, wrapped, and its windows."""
    raw = value.encode()
    forms = {value, value[::-1], value.upper(), value.lower(), raw.hex(), raw.hex().upper()}
    forms |= _base64_cores(raw) | _escapes(value)
    forms.add(base64.b64encode(base64.b64encode(raw)).decode().rstrip("="))
    for text in [value, base64.b64encode(raw).decode()]:
        forms |= _wrapped(text)
    forms |= windows(value)
    if value.upper() == value.lower():
        forms |= {value}
    return {form for form in forms if len(form) >= 8}
