"""Bind what a person decides: offered with a default where the plan or the repository has one, asked for where nobody can know."""

from __future__ import annotations

from ....core.blueprint import EnvBinding
from ....core.crowd import SET_BY_IMAGES, crowded
from ....core.facts import EnvVar
from .reading import Reading

RELEASES = ("APP_VERSION", "RELEASE", "GIT_SHA", "GIT_COMMIT", "COMMIT_SHA", "SENTRY_RELEASE", "BUILD_ID", "IMAGE_TAG")
NAMES = ("PROJECT_NAME", "APP_NAME", "SERVICE_NAME", "SITE_NAME", "APPLICATION_NAME", "APP_TITLE")
PEOPLE = ("EMAIL", "SUPERUSER", "ADMIN_USER", "MAIL_FROM", "FROM_ADDRESS", "MAIL_DEFAULT_EMAIL")


def set_by_image(r: Reading) -> EnvBinding | None:
    """Leave alone what every container has."""
    if r.name not in SET_BY_IMAGES:
        return None
    return r.bound("unset", None, "the image or Docker sets it")


def known_name(r: Reading) -> EnvBinding | None:
    """Bind what the plan itself knows: the application's name, and an address at its own domain for its first administrator."""
    v, draft = r.variable, r.draft
    if v.secret or not v.required or v.default is not None:
        return None
    if v.name in RELEASES:
        return r.bound("literal", draft.release, "the commit that this plan builds", False, "reports name another release")
    if v.name in NAMES:
        why = "a name that people see; change it freely"
        return r.bound("literal", draft.survey.project, why, False, "pages and mails show another name")
    if v.name.endswith(PEOPLE) and v.type in (None, "str", "email"):
        domain = draft.target.domain or f"{draft.app}.example.com"
        r.need("value", f"Address or login `{v.name}` for {r.readers()}", default=f"admin@{domain}")
        return r.bound("input", r.input_name, "a mailbox that someone reads", False)
    return None


WORKSTATION = ("localhost", "127.0.0.1", "0.0.0.0", "host.docker.internal", "mailhog", "mailpit", "maildev", "mailcatcher")
"""Marks of an example that is right on a workstation only."""


def exampled(r: Reading) -> EnvBinding | None:
    """Offer the value of the repository's example file where the code demands one and it is no placeholder.

    It becomes an input, so that a person sees it and may change it.
    """
    v, value = r.variable, r.variable.example
    if v.secret or not v.required or v.default is not None or not value or "'" in value or "\n" in value:
        return None
    if any(mark in value.lower() for mark in WORKSTATION) or _of_somebodys_service(v.name, value):
        return None
    r.need("value", f"Value of `{v.name}` for {r.readers()}; the default is the example file's", default=value)
    r.draft.assume(
        f"example-{v.name.lower().replace('_', '-')}",
        f"`{v.name}` is `{value}` as in the repository's example file",
        "the code demands a value and nobody gave one",
        f"export {r.input_name} before the step write-configuration",
    )
    return r.bound("input", r.input_name, "the example file's value, until you choose another", False)


def _of_somebodys_service(name: str, value: str) -> bool:
    """Say whether an example names the mail service of whoever wrote it: only the operator knows where this deployment has its account."""
    words = set(name.upper().split("_"))
    return bool(words & {"SMTP", "MAIL", "EMAIL", "MAILER"}) and bool(words & {"HOST", "SERVER", "HOSTNAME"}) and "." in value


def asked(r: Reading) -> EnvBinding | None:
    """Ask the operator for what no rule can know: required values without a default, and credentials of outside services."""
    v = r.variable
    if v.default is not None or not v.required or not v.read_by_code:
        return None
    if crowded(v, r.draft.survey.env_vars):
        file = v.evidence[0].path
        why = f"`{file}` reads many names bare, and the code does not tell which of them it needs: set it where a feature asks for it"
        return r.bound("unset", None, why, v.secret, "the feature that reads it is off")
    kind, source = ("secret", "secret") if v.secret else ("value", "input")
    r.need(kind, f"Value of `{v.name}` for {r.readers()}", required=True, obtain=_obtain(v))
    return r.bound(source, r.input_name, "only the operator knows it", v.secret)


def _obtain(variable: EnvVar) -> str:
    at = f" (read at `{variable.evidence[0].at()}`)" if variable.evidence else ""
    if variable.name.endswith("PRIVATE_KEY"):
        return f"make a key pair for this deployment in the form that the code reads{at}; line breaks do not survive in an env file"
    if variable.secret:
        return f"from the account of the outside service that issues it{at}; keep it in the team's password store"
    return f"from whoever owns this application's configuration{at}"
