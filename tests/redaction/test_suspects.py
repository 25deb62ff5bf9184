"""Laws of the sweep for committed secrets: what surely is one is found wherever it stands, what is made up or a word is not."""

import secrets
import string

import pytest
from deploybook.core.source import Source
from deploybook.tools.redaction import TaintStore
from deploybook.tools.redaction.suspects import committed, suspicious
from deploybook.tools.repository import open_repository
from deploybook.tools.survey import survey

LETTERS = string.ascii_letters + string.digits


def drawn(length: int) -> str:
    return "a1B" + "".join(secrets.choice(LETTERS) for _ in range(length - 3))


def key_block() -> str:
    body = "\n".join(drawn(64) for _ in range(6))
    return f"-----BEGIN RSA PRIVATE {'KEY'}-----\n{body}\n-----END RSA PRIVATE {'KEY'}-----\n"


SURE = {
    "token of an issuer": lambda: (f'export const client = new Client("ghp_{drawn(36)}");\n', "github-token"),
    "key of a shop": lambda: (f"  stripe('sk_live_{drawn(24)}')\n", "stripe-key"),
    "password of a URL": lambda: (f"const db = 'postgres://shop:{drawn(20)}@db.internal/shop';\n", "url-credential"),
    "named literal": lambda: (f'const apiSecret = "{drawn(32)}";\n', "secret"),
    "key block": lambda: (key_block(), "private-key"),
}


@pytest.mark.parametrize("name", sorted(SURE))
def test_what_surely_is_a_secret_is_found_once_and_remembered(name):
    text, kind = SURE[name]()
    text = f"// a comment\n{text}"
    taint = TaintStore()
    assert suspicious(text.encode())
    found = committed("web/src/anything.ts", text, taint)
    assert [(f.line, f.kind) for f in found] == [(3 if kind == "private-key" else 2, kind)]  # of a block the first line behind its head
    if kind != "private-key":
        value = max("".join(c if c in LETTERS + "_" else " " for c in text).split(), key=len)
        assert value not in taint.scrub(f"seen elsewhere: {value}")


@pytest.mark.parametrize(
    "text",
    [
        'const password = "password";\n',
        "placeholder: 'enter-your-password'\n",
        '{"passwordRequired": "Passwort eingeben"}\n',
        "'token' => 'トークンが無効です無効です無効です',\n",
        "const token = props.sessionToken;\n",
        "url = 'https://user:pass@example.org/'\n",
        "className='secret-panel-header'\n",
    ],
)
def test_words_and_placeholders_are_none(text):
    assert committed("web/src/anything.ts", text, TaintStore()) == ()


def test_made_up_passwords_of_tests_are_none_but_tokens_are():
    password = f'login(password="{drawn(20)}")\n'
    assert not suspicious(password.encode(), made_up=True)
    assert committed("tests/test_login.py", password, TaintStore(), made_up=True) == ()
    token = f'client("ghp_{drawn(36)}")\n'
    assert suspicious(token.encode(), made_up=True)
    assert [f.kind for f in committed("tests/test_login.py", token, TaintStore(), made_up=True)] == ["github-token"]


def test_a_survey_reports_secrets_of_files_that_no_detector_reads(tmp_path):
    value = f"sk_live_{drawn(24)}"
    files = {
        "api/requirements.txt": "flask\n",
        "api/app.py": "from flask import Flask\napp = Flask(__name__)\n",
        "web/src/pay.vue": f"<script>\nconst key = '{value}'\n</script>\n",
        "notes/deploy.adoc": f"Ask for ghp_{drawn(36)} first.\n",
        "api/tests/test_app.py": f'def test(): login(password="{drawn(16)}")\n',
        "web/dist/app.min.js": f"var k='sk_live_{drawn(24)}'\n",
        "web/logo.png": f"sk_live_{drawn(24)}",
        "big.txt": "x" * 70_000 + f" sk_live_{drawn(24)}",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    with open_repository(Source(location=str(tmp_path))) as repository:
        found = survey(repository)
    assert {(s.path, s.line) for s in found.secrets_found} == {("web/src/pay.vue", 2), ("notes/deploy.adoc", 1)}
    assert value not in found.to_json()
