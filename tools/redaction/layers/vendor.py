"""Tokens that show their issuer by a prefix or shape: a hit wherever they stand.

A scan for the fixed letters of all shapes finds the places; only there the shape itself is tried.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import veto
from ..document import Document, Hit, pattern
from ..taint import TaintStore

ORDER = 20

_W = "[A-Za-z0-9]"
_U = "[A-Za-z0-9_-]"
_X = "[a-f0-9]"
_UUID = "[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}"

# kind -> "fixed-letters shape-behind-them"; shapes that begin before their fixed letters stand in _INNER.
_SHAPES: dict[str, tuple[str, ...]] = {
    "github-token": (*(f"gh{c}_ {_W}{{20,}}" for c in "pousr"), "github_pat_ [A-Za-z0-9_]{22,}"),
    "gitlab-token": (
        *(f"{p}- [A-Za-z0-9_=.-]{{18,}}" for p in "glpat gldt glptt glrt glcbt glagent glsoat gloas glft glimt glffct".split()),
        f"GR1348941 {_U}{{20,}}",
    ),
    "atlassian-token": (f"ATBB {_W}{{24,}}", "ATATT3 [A-Za-z0-9_=-]{40,}", "ATCTT3 [A-Za-z0-9_=-]{40,}"),
    "stripe-key": tuple(f"{a}_{b}_ {_W}{{10,}}" for a in ("sk", "rk") for b in ("live", "test", "prod")),
    "webhook-secret": ("whsec_ [A-Za-z0-9+/=]{16,}",),
    "sendgrid-key": (f"SG. {_U}{{16,40}}\\.{_U}{{30,60}}",),
    "slack-token": (*(f"xox{c} (?:\\.xox[bp])?-[A-Za-z0-9%-]{{10,}}" for c in "abposredc"), "xapp- [0-9]-[A-Za-z0-9-]{20,}"),
    "access-key": (*(f"{p} [A-Z0-9]{{16}}" for p in "AKIA ASIA ABIA ACCA".split()), f"LTAI {_W}{{12,24}}", f"AKID {_W}{{32}}"),
    "google-key": (f"AIza {_U}{{35,}}",),
    "google-token": (f"ya29. {_U}{{20,}}", f"1//0 {_U}{{25,}}", f"GOCSPX- {_U}{{20,}}"),
    "api-key": (
        f"sk-ant- [a-z]+[0-9]{{2}}-{_U}{{40,}}",
        *(f"sk-{p}- {_U}{{20,}}" for p in "proj svcacct admin or-v1 lf None".split()),
        f"sk- (?:{_W}{{32,64}}|{_U}{{20,}}T3BlbkFJ{_U}{{20,}})",
        f"hf_ {_W}{{30,40}}", f"api_org_ {_W}{{30,40}}", f"gsk_ {_W}{{40,60}}", f"r8_ {_W}{{30,40}}", f"pplx- {_W}{{40,60}}",
        f"xai- {_W}{{60,90}}", f"nvapi- {_U}{{50,80}}", "pcsk_ [A-Za-z0-9_]{40,90}", "tvly- [A-Za-z0-9-]{28,50}",
        f"lin_api_ {_W}{{32,64}}", f"lin_oauth_ {_W}{{32,64}}", f"PMAK- {_X}{{24}}-{_X}{{34}}", f"re_ {_W}{{6,12}}_{_W}{{20,30}}",
        f"phx_ {_W}{{40,50}}", f"sdk- {_UUID}", f"gio_ {_W}{{40,}}", f"pnu_ {_W}{{36}}", f"mdb_sa_sk_ {_U}{{30,50}}", "ABSK [A-Za-z0-9+/=]{100,}",
        "bedrock-api-key- [A-Za-z0-9+/=]{40,}", f"lsv2_pt_ {_X}{{32}}_{_X}{{10}}", f"lsv2_sk_ {_X}{{32}}_{_X}{{10}}",
    ),
    "digitalocean-token": tuple(f"{p}_v1_ {_X}{{64}}" for p in ("dop", "doo", "dor")),
    "databricks-token": (f"dapi {_X}{{32}}(?:-[0-9])?",),
    "vault-token": (*(f"{p}. {_U}{{20,}}" for p in ("hvs", "hvb", "hvr")), f"s. {_W}{{24}}"),
    "onepassword-token": ("ops_eyJ [A-Za-z0-9+/=]{80,}", "A3- [A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){2,3}"),
    "pulumi-token": (f"pul- {_X}{{40}}",),
    "doppler-token": tuple(f"dp.{p}. (?:[a-z0-9_-]+\\.)?{_W}{{40,50}}" for p in "st pt ct scim audit said".split()),
    "npm-token": (f"npm_ {_W}{{30,40}}",),
    "pypi-token": (f"pypi- {_U}{{50,}}",),
    "docker-token": (f"dckr_pat_ {_U}{{20,40}}", f"dckr_oat_ {_U}{{20,40}}"),
    "registry-token": (f"rubygems_ {_X}{{48}}", "oy2 [a-z0-9]{43}", f"cio {_W}{{32}}", "CLOJARS_ [a-z0-9]{60}"),
    "artifactory-token": (f"AKCp {_W}{{60,80}}", f"cmVmdGtu {_W}{{50,60}}"),
    "shopify-token": tuple(f"shp{p}_ [a-fA-F0-9]{{32}}" for p in ("at", "ca", "pa", "ss")),
    "square-token": (*(f"sq0{p}- {_U}{{22,45}}" for p in ("atp", "csp")), f"EAAA {_U}{{60}}"),
    "twilio-key": (f"SK {_X}{{32}}",),
    "mailgun-key": (f"key- {_X}{{32}}", f"pubkey- {_X}{{32}}"),
    "brevo-key": (f"xkeysib- {_X}{{64}}-{_W}{{16}}", f"xsmtpsib- {_X}{{64}}-{_W}{{16}}"),
    "newrelic-key": ("NRAK- [A-Z0-9]{27}", f"NRJS- {_X}{{19}}", f"NRAA- {_X}{{27}}", f"NRII- {_U}{{32}}", f"eu01xx {_X}{{28,34}}", f"us01xx {_X}{{28,34}}"),
    "datadog-key": (f"ddp_ {_W}{{36}}", f"ddapp_ {_W}{{34}}", f"ddpat_ {_W}{{30,}}",),
    "sentry-token": ("sntrys_ [A-Za-z0-9+/=_-]{40,}", "sntryu_ [A-Za-z0-9+/=_-]{40,}"),
    "grafana-token": (f"glsa_ {_W}{{32}}_{_X}{{8}}", "glc_ [A-Za-z0-9+/=]{32,}", "eyJrIjoi [A-Za-z0-9+/=]{60,}"),
    "token": (
        f"figd_ {_U}{{35,50}}", f"secret_ {_W}{{43}}", f"ntn_ {_W}{{40,60}}", f"CFPAT- {_U}{{43}}", "fio-u- [A-Za-z0-9_=-]{60,70}",
        "dnkey- [a-z0-9=_-]{26}-[a-z0-9=_-]{52}", f"duffel_live_ {_U}{{43}}", f"duffel_test_ {_U}{{43}}", f"EZAK {_W}{{54}}", f"EZTK {_W}{{54}}",
        f"rzp_live_ {_W}{{14,}}", f"shippo_live_ {_X}{{40}}", f"shippo_test_ {_X}{{40}}", "rdme_ [a-z0-9]{70}", f"pat {_W}{{14}}\\.{_X}{{64}}",
    ),
    "service-token": (
        f"sl. {_U}{{100,}}", f"dt0c01. {_W}{{24}}\\.{_W}{{64}}", f"hcaik_ {_W}{{50,70}}", f"hcbik_ {_W}{{50,70}}", f"amzn.mws. {_UUID}",
        f"AQVN {_U}{{35,40}}", f"y0_ {_U}{{40,70}}", f"t1. {_U}{{30,}}\\.{_U}{{80,90}}", f"sk_ {_X}{{48}}", f"fw_ {_W}{{22,30}}", f"csk- {_W}{{40,60}}",
        f"ATTA {_X}{{64}}", f"pat-na1- {_UUID}", f"pat-eu1- {_UUID}", f"sk. eyJ{_U}{{10,}}\\.{_U}{{10,}}", f"dbtc_ {_U}{{30,}}", f"dbtu_ {_U}{{30,}}",
        f"sgp_ [a-f0-9_]{{40,}}", f"access-production- {_UUID}", f"access-sandbox- {_UUID}", f"api- {_UUID}", f"st. {_X}{{24}}\\.{_X}{{32}}\\.{_X}{{32}}",
        f"live_ {_X}{{35,40}}", f"essu_ {_W}{{40,}}", f"b.AAAAAQ {_U}{{60,}}", f"EAACEdEose0cBA {_W}{{20,}}", f"whapi_ {_W}{{30,}}",
    ),
    "payment-key": (f"access_token$production$ [a-z0-9]{{16}}\\${_X}{{32}}", "FLWSECK [A-Za-z0-9_-]{12,50}"),
    "fly-token": (f"fo1_ {_U}{{43}}", *(f"{p}_ [A-Za-z0-9+/=_,-]{{60,}}" for p in ("fm1a", "fm1r", "fm2", "fm2a"))),
    "platform-token": (
        f"tfp_ {_U}{{40,70}}", f"sbp_ {_X}{{40}}", f"sb_secret_ {_U}{{20,50}}", f"nfp_ {_W}{{36,40}}", "vercel_ [A-Za-z0-9_]{24,}",
        f"rnd_ {_W}{{28,40}}", f"HRKU- {_U}{{36,70}}", f"v1.0- {_X}{{24}}-{_X}{{146}}",
    ),
    "database-token": ("pscale_tkn_ [A-Za-z0-9_=.-]{32,64}", "pscale_pw_ [A-Za-z0-9_=.-]{32,64}", "pscale_oauth_ [A-Za-z0-9_=.-]{32,64}",
                       "napi_ [a-z0-9]{60,70}", f"xau_ {_W}{{30,}}"),
    "openshift-token": (f"sha256~ {_U}{{43}}",),
    "private-key": ("AGE-SECRET-KEY-1 [A-Z0-9]{50,60}", "AGE-PLUGIN- [A-Z0-9-]+-1[A-Z0-9]{20,}"),
    "jwt": (f"eyJ {_U}{{8,}}\\.(?:eyJ{_U}{{8,}}(?:\\.{_U}{{6,}})?|{_U}*\\.{_U}{{10,}}\\.{_U}{{10,}}\\.{_U}{{10,}})",),
    "facebook-token": (f"EAA {_W}{{80,}}", f"IGQV {_U}{{100,}}"),
    "twitter-token": ("AAAAAAAAAAAAAAAAAAAAA [A-Za-z0-9%]{40,}",),
    "tailscale-key": tuple(f"tskey-{p}- [A-Za-z0-9-]{{20,}}" for p in "api auth client scim webhook".split()),
    "ci-token": ("CCIPAT_ [A-Za-z0-9_]{40,}", "bkua_ [a-z0-9]{40}", f"sqp_ {_X}{{40}}", f"squ_ {_X}{{40}}", f"sqa_ {_X}{{40}}", "snyk_uat. [A-Za-z0-9._-]{20,}"),
}  # fmt: skip

# kind -> (fixed letters, how far before them the shape begins, the whole shape)
_INNER: tuple[tuple[str, str, int, str], ...] = (
    ("terraform-token", ".atlasv1.", 14, f"{_W}{{14}}\\.atlasv1\\.[A-Za-z0-9_=-]{{60,75}}"),
    ("google-key", ":APA91b", 11, f"AAAA{_U}{{7}}:APA91b{_U}{{50,}}"),
    ("azure-secret", "Q~", 4, "[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}"),
    ("mailchimp-key", "-us", 32, f"{_X}{{32}}-us[0-9]{{1,2}}"),
    ("newrelic-key", "NRAL", 36, f"{_X}{{36}}NRAL"),
    *(("bot-token", ":AA", back, f"[0-9]{{{back}}}:AA{_U}{{32,34}}") for back in (10, 9, 8)),
    *(("azure-key", mark, 76, f"[A-Za-z0-9+/]{{76}}{mark}[A-Za-z0-9+/]{{2,6}}={{0,2}}") for mark in "ACDb AIoT ASbT AZFu AzSe APIM ACRC AzCa".split()),
    ("azure-key", "JQQJ99", 46, f"{_W}{{46}}JQQJ99{_W}{{26,40}}"),
)

_MIDDLE = pattern(f"\\.{_U}{{6,7}}\\.{_U}{{27,40}}")
_USUAL = 256  # bytes in which nearly every token ends; only one that does not is looked at further
_LONGEST = 8192
_EDGE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")


def _escape(text: str) -> str:
    return "".join(char if char.isalnum() or char == "_" else "\\" + char for char in text)


def _table() -> dict[bytes, list[tuple[str, int, str]]]:
    """Return for the fixed letters of each shape: kind, distance back to its beginning, whole shape."""
    table: dict[bytes, list[tuple[str, int, str]]] = {}
    for kind, shapes in _SHAPES.items():
        for shape in shapes:
            letters, _, rest = shape.partition(" ")
            table.setdefault(letters.encode(), []).append((kind, 0, _escape(letters) + rest))
    for kind, letters, back, shape in _INNER:
        table.setdefault(letters.encode(), []).append((kind, back, shape))
    return table


_TABLE = _table()
_LETTERS = pattern("|".join(_escape(letters.decode()) for letters in sorted(_TABLE, key=lambda letters: (-len(letters), letters))))


def _closure() -> dict[bytes, tuple[tuple[str, int, str], ...]]:
    """Return for fixed letters their shapes and those of all fixed letters with which they begin."""
    return {
        letters: tuple(entry for length in range(len(letters), 1, -1) for entry in _TABLE.get(letters[:length], ())) for letters in _TABLE
    }


_ENTRIES = _closure()


def _opens(doc: Document, start: int) -> bool:
    """Say whether a token may begin here: no letter or digit before it, escapes such as \\n or %3D apart."""
    data = doc.data
    if start < 0:
        return False
    return start == 0 or data[start - 1] not in _EDGE or data[start - 2 : start - 1] == b"\\" or data[start - 3 : start - 2] == b"%"


def _at(doc: Document, at: int, letters: bytes) -> tuple[int, int, str] | None:
    """Return the first shape that stands around fixed letters as a whole token."""
    for kind, back, shape in _ENTRIES[letters]:
        if not _opens(doc, at - back):
            continue
        found = pattern(shape).at(doc.data, at - back, at + _USUAL)
        if found and found.end() == at + _USUAL:
            found = pattern(shape).at(doc.data, at - back, at + _LONGEST)
        if found and (found.end() >= len(doc.data) or doc.data[found.end()] not in _EDGE):
            return found.start(), found.end(), kind
    return None


def _dotted(doc: Document) -> Iterator[tuple[int, int]]:
    """Yield tokens of chat bots: three dotted parts, the first of which is found by looking back."""
    for middle in _MIDDLE.find(doc.data):
        start = middle.start()
        while start > 0 and middle.start() - start <= 28 and (doc.data[start - 1] in _EDGE or doc.data[start - 1] in b"_-"):
            start -= 1
        free = middle.end() >= len(doc.data) or doc.data[middle.end()] not in _EDGE
        if free and 23 <= middle.start() - start <= 28 and doc.data[start] in b"MNO":
            yield start, middle.end()


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield tokens of known issuers."""
    covered = 0
    for place in _LETTERS.find(doc.data):
        found = _at(doc, place.start(), place.group()) if place.start() >= covered else None
        if found is None:
            continue
        start, end, kind = found
        value = doc.text(start, end)
        if not veto.is_placeholder(value) and (kind == "jwt" or len(set(value)) > 6):
            covered = end
            yield Hit(start, end, kind, value)
    yield from (Hit(start, end, "bot-token", doc.text(start, end)) for start, end in _dotted(doc))
