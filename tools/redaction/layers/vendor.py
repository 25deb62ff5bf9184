"""Tokens that show their issuer by a prefix or shape: a hit wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator

from .. import veto
from ..document import Document, Hit, pattern
from ..taint import TaintStore

ORDER = 20

# shape -> kind; shapes are anchored by the characters around a match, see _free().
_SHAPES: tuple[tuple[str, str], ...] = (
    (r"gh[pousr]_[A-Za-z0-9]{20,255}", "github-token"),
    (r"github_pat_[A-Za-z0-9_]{22,255}", "github-token"),
    (r"(?:glpat|gldt|glptt|glrt|glcbt|glagent|glsoat|gloas|glft|glimt|glffct|GR1348941)-?[A-Za-z0-9_=.-]{18,300}", "gitlab-token"),
    (r"ATBB[A-Za-z0-9]{24,}|ATATT3[A-Za-z0-9_=-]{40,}|ATCTT3[A-Za-z0-9_=-]{40,}", "atlassian-token"),
    (r"(?:sk|rk)_(?:live|test|prod)_[A-Za-z0-9]{10,250}", "stripe-key"),
    (r"whsec_[A-Za-z0-9+/=]{16,100}", "webhook-secret"),
    (r"SG\.[A-Za-z0-9_-]{16,40}\.[A-Za-z0-9_-]{30,60}", "sendgrid-key"),
    (r"xox[abposre](?:\.xox[bp])?-[A-Za-z0-9-]{10,300}|xapp-[0-9]-[A-Za-z0-9-]{20,200}", "slack-token"),
    (r"(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}", "access-key"),
    (r"AIza[A-Za-z0-9_-]{35,}", "google-key"),
    (r"ya29\.[A-Za-z0-9_-]{20,}|1//0[A-Za-z0-9_-]{25,}|GOCSPX-[A-Za-z0-9_-]{20,}", "google-token"),
    (r"AAAA[A-Za-z0-9_-]{7}:APA91b[A-Za-z0-9_-]{50,}", "google-key"),
    (r"sk-ant-[a-z]+[0-9]{2}-[A-Za-z0-9_-]{40,}", "api-key"),
    (r"sk-(?:proj-|svcacct-|admin-|None-)?[A-Za-z0-9_-]{20,}T3BlbkFJ[A-Za-z0-9_-]{20,}|sk-(?:proj|svcacct|admin|or-v1|lf)-[A-Za-z0-9_-]{20,}|sk-[A-Za-z0-9]{32,64}", "api-key"),
    (r"hf_[A-Za-z]{30,40}|hf_[A-Za-z0-9]{30,40}|api_org_[A-Za-z0-9]{30,40}|gsk_[A-Za-z0-9]{40,60}|r8_[A-Za-z0-9]{30,40}|pplx-[A-Za-z0-9]{40,60}|xai-[A-Za-z0-9]{60,90}|nvapi-[A-Za-z0-9_-]{50,80}|pcsk_[A-Za-z0-9_]{40,90}|fw_[A-Za-z0-9]{22,30}|co-[A-Za-z0-9]{38,42}|tvly-[A-Za-z0-9-]{28,50}", "api-key"),
    (r"[0-9]{8,10}:A[A-Za-z0-9_-]{33,35}", "bot-token"),
    (r"[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,40}", "bot-token"),
    (r"(?:dop|doo|dor)_v1_[a-f0-9]{64}", "digitalocean-token"),
    (r"dapi[a-f0-9]{32}(?:-[0-9])?", "databricks-token"),
    (r"(?:hvs|hvb|hvr)\.[A-Za-z0-9_-]{20,300}|s\.[A-Za-z0-9]{24}", "vault-token"),
    (r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,75}", "terraform-token"),
    (r"pul-[a-f0-9]{40}", "pulumi-token"),
    (r"dp\.(?:st|pt|ct|scim|audit|said)\.(?:[a-z0-9_-]+\.)?[A-Za-z0-9]{40,50}", "doppler-token"),
    (r"lin_(?:api|oauth)_[A-Za-z0-9]{32,64}", "api-key"),
    (r"npm_[A-Za-z0-9]{30,40}", "npm-token"),
    (r"pypi-[A-Za-z0-9_-]{50,250}", "pypi-token"),
    (r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,40}", "docker-token"),
    (r"rubygems_[a-f0-9]{48}|oy2[a-z0-9]{43}|cio[A-Za-z0-9]{32}|CLOJARS_[a-z0-9]{60}", "registry-token"),
    (r"AKCp[A-Za-z0-9]{60,80}|cmVmdGtu[A-Za-z0-9]{50,60}", "artifactory-token"),
    (r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}", "shopify-token"),
    (r"sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{22,45}|EAAA[A-Za-z0-9_-]{60}", "square-token"),
    (r"(?:AC|SK)[a-f0-9]{32}", "twilio-key"),
    (r"key-[a-f0-9]{32}|(?:pubkey-)[a-f0-9]{32}", "mailgun-key"),
    (r"[a-f0-9]{32}-us[0-9]{1,2}", "mailchimp-key"),
    (r"xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}|xsmtpsib-[a-f0-9]{64}-[A-Za-z0-9]{16}", "brevo-key"),
    (r"re_[A-Za-z0-9]{6,12}_[A-Za-z0-9]{20,30}|PMAK-[a-f0-9]{24}-[a-f0-9]{34}", "api-key"),
    (r"NRAK-[A-Z0-9]{27}|NRJS-[a-f0-9]{19}|NRAA-[a-f0-9]{27}|NRII-[A-Za-z0-9_-]{32}|[a-f0-9]{36}NRAL|(?:eu01xx|us01xx)[a-f0-9]{28,34}", "newrelic-key"),
    (r"ddp_[A-Za-z0-9]{36}|pub[a-f0-9]{32}", "datadog-key"),
    (r"sntry[su]_[A-Za-z0-9+/=_-]{40,300}", "sentry-token"),
    (r"glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|glc_[A-Za-z0-9+/=]{32,400}|eyJrIjoi[A-Za-z0-9+/=]{60,400}", "grafana-token"),
    (r"figd_[A-Za-z0-9_-]{35,50}|secret_[A-Za-z0-9]{43}|ntn_[A-Za-z0-9]{40,60}|pat[A-Za-z0-9]{14}\.[a-f0-9]{64}|CFPAT-[A-Za-z0-9_-]{43}", "token"),
    (r"fio-u-[A-Za-z0-9_=-]{60,70}|dnkey-[a-z0-9=_-]{26}-[a-z0-9=_-]{52}|duffel_(?:test|live)_[A-Za-z0-9_-]{43}|EZ[AT]K[a-zA-Z0-9]{54}", "token"),
    (r"PRIVATE-ENC-[A-Za-z0-9_-]{30,}|tk_live_[A-Za-z0-9]{20,}|live_[a-z0-9]{40,}|rzp_live_[A-Za-z0-9]{14,}|rdme_[a-z0-9]{70}|shippo_(?:live|test)_[a-f0-9]{40}", "token"),
    (r"access_token\$production\$[a-z0-9]{16}\$[a-f0-9]{32}|(?:production|sandbox)_[a-z0-9]{8}_[a-z0-9]{16}", "payment-token"),
    (r"FLWSECK(?:_TEST)?-[A-Za-z0-9]{12,40}(?:-X)?|sk_(?:live|test)-[A-Za-z0-9_-]{20,}", "payment-key"),
    (r"fo1_[A-Za-z0-9_-]{43}|fm[12][ar]?_[A-Za-z0-9+/]{60,}={0,3}|FlyV1 fm[12][ar]?_[A-Za-z0-9+/=_,-]{60,}", "fly-token"),
    (r"tfp_[A-Za-z0-9_-]{40,70}|sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_-]{20,50}|nfp_[A-Za-z0-9]{36,40}|vercel_[A-Za-z0-9_]{24,}|rnd_[A-Za-z0-9]{28,40}|HRKU-[A-Za-z0-9_-]{36,70}|v1\.0-[a-f0-9]{24}-[a-f0-9]{146}", "platform-token"),
    (r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_=.-]{32,64}|napi_[a-z0-9]{60,70}|neon_[A-Za-z0-9]{30,}|xau_[A-Za-z0-9]{30,}", "database-token"),
    (r"sha256~[A-Za-z0-9_-]{43}", "openshift-token"),
    (r"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L0-9A-Z]{50,60}|AGE-PLUGIN-[A-Z0-9-]+-1[A-Z0-9]{20,}", "private-key"),
    (r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]{6,})?|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}", "jwt"),
    (r"[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}", "azure-secret"),
    (r"[A-Za-z0-9+/]{76}(?:ACDb|AIoT|ASbT|AZFu|AzSe|APIM|ACRC|AzCa)[A-Za-z0-9+/]{2,6}={0,2}", "azure-key"),
    (r"[0-9a-zA-Z/+]{32}[0-9A-Za-z/+]*JQQJ99[A-L][A-Za-z0-9]{20,}|ADO[a-zA-Z0-9]{80}", "azure-key"),
    (r"LTAI[A-Za-z0-9]{12,24}|AKID[A-Za-z0-9]{32}|BCE[A-Za-z0-9]{30,}", "access-key"),
    (r"EAA[A-Za-z0-9]{80,250}|IGQV[A-Za-z0-9_-]{100,}", "facebook-token"),
    (r"AAAAAAAAAAAAAAAAAAAAA[A-Za-z0-9%]{40,120}", "twitter-token"),
    (r"tskey-(?:api|auth|client|scim|webhook)-[A-Za-z0-9-]{20,80}", "tailscale-key"),
    (r"ops_eyJ[A-Za-z0-9+/=]{80,}|A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}", "vault-token"),
    (r"CCIPAT_[A-Za-z0-9_]{40,}|bkua_[a-z0-9]{40}|sqp_[a-f0-9]{40}|sq[au]_[a-f0-9]{40}|snyk_[a-z0-9_]{20,}|cvk_[A-Za-z0-9]{20,}|xoxd-[A-Za-z0-9%+/=]{40,}", "ci-token"),
    (r"phx_[A-Za-z0-9]{40,50}|phc_never|sdk-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}|api-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}|gio_[A-Za-z0-9]{40,}|pnu_[A-Za-z0-9]{36}", "api-key"),
    (r"mdb_sa_sk_[A-Za-z0-9_-]{30,50}|ABSK[A-Za-z0-9+/=]{100,}|bedrock-api-key-[A-Za-z0-9+/=]{40,}|cpk_[a-f0-9.]{60,}|jfrt_[A-Za-z0-9]{30,}|lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}", "api-key"),
    (r"u2f[A-Za-z0-9+/]{60,}|T[A-Za-z0-9]{8,}/B[A-Za-z0-9]{8,}/[A-Za-z0-9]{20,}", "webhook"),
)  # fmt: skip

_LITERALS = (
    "gh gl sk_ rk_ whsec_ SG. xox xapp A3T AKIA ASIA ABIA ACCA AIza ya29 1//0 GOCSPX APA91b sk- hf_ api_org gsk_ r8_ pplx xai- nvapi pcsk fw_"
)
_EDGE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
_ALL = pattern("(?:" + "|".join(f"({shape})" for shape, _ in _SHAPES) + ")")


def _free(doc: Document, start: int, end: int) -> bool:
    """Say whether a match is a whole token: no letter or digit touches it, escapes such as \\n before it apart."""
    before = start == 0 or doc.data[start - 1] not in _EDGE or (start > 1 and doc.data[start - 2 : start - 1] in (b"\\", b"%"))
    return (before or doc.data[max(0, start - 3) : start - 2] == b"%") and (end >= len(doc.data) or doc.data[end] not in _EDGE)


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield tokens of known issuers."""
    for found in _ALL.find(doc.data):
        start, end = found.start(), found.end()
        value = doc.text(start, end)
        if not _free(doc, start, end) or veto.is_placeholder(value):
            continue
        kind = next(kind for number, (_, kind) in enumerate(_SHAPES, 1) if found.start(number) >= 0)
        if kind == "jwt" or len(set(value)) > 6:
            yield Hit(start, end, kind, value)
