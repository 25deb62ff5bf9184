"""Bind every environment variable that the code reads to where its value comes from."""

from __future__ import annotations

from collections.abc import Callable

from ...core.blueprint import EnvBinding
from ...core.facts import EnvVar
from ...core.plan import Input, Source
from ._draft import Draft
from .connections import connection_value
from .stores import PASSWORD_COMMAND, SECRET_COMMAND

INTERNAL_SECRETS = (
    "SECRET_KEY",
    "JWT",
    "SESSION",
    "COOKIE",
    "SIGNING",
    "ENCRYPTION_KEY",
    "APP_KEY",
    "APP_SECRET",
    "AUTH_SECRET",
    "TOKEN_SECRET",
    "SALT",
    "CSRF",
    "HASH",
    "SECRET_KEY_BASE",
    "PEPPER",
    "SUPERUSER_PASSWORD",
    "_TOKEN_KEY",
    "FORGOT",
    "REFRESH_SECRET",
    "CONFIRM",
    "ADMIN_PASSWORD",
)
"""Names of secrets that only this deployment itself has to know: any strong random value will do."""
ENVIRONMENT_NAMES = {
    "NODE_ENV",
    "ENVIRONMENT",
    "APP_ENV",
    "ENV",
    "FLASK_ENV",
    "RAILS_ENV",
    "RACK_ENV",
    "DJANGO_ENV",
    "APPLICATION_ENV",
    "DEPLOY_ENV",
    "STAGE",
}
HOST_LISTS = {"ALLOWED_HOSTS", "DJANGO_ALLOWED_HOSTS", "TRUSTED_HOSTS", "SERVER_NAMES"}
ORIGIN_LISTS = ("CORS", "CSRF_TRUSTED_ORIGINS", "TRUSTED_ORIGINS", "ALLOWED_ORIGINS")
PUBLIC_URLS = (
    "PUBLIC_URL",
    "BASE_URL",
    "SITE_URL",
    "APP_URL",
    "API_URL",
    "SERVER_URL",
    "ROOT_URL",
    "EXTERNAL_URL",
    "BACKEND_URL",
    "SITE_ROOT",
    "FRONTEND_HOST",
    "FRONTEND_URL",
    "CLIENT_URL",
)


def bind_environment(draft: Draft) -> None:
    """Add one binding per variable of the survey, each with source, reason and the effect of a wrong value."""
    for variable in draft.survey.env_vars:
        components = _components(draft, variable)
        if components:
            draft.env.append(_bind(draft, variable, components))


def _components(draft: Draft, variable: EnvVar) -> tuple[str, ...]:
    """Return the app components that read the variable: those named, else all of them."""
    apps = [c for c in draft.components if c.kind in ("app", "job")]
    named = [c.name for c in apps if c.service in variable.services]
    return tuple(named or [c.name for c in apps])


def _bind(draft: Draft, variable: EnvVar, components: tuple[str, ...]) -> EnvBinding:
    def bound(source: str, value: str | None, why: str, secret: bool | None = None, effect: str = "") -> EnvBinding:
        return EnvBinding.model_validate(
            {
                "name": variable.name,
                "components": components,
                "source": source,
                "value": value,
                "secret": variable.secret if secret is None else secret,
                "required": variable.required,
                "default": variable.default,
                "type": variable.type,
                "choices": variable.choices,
                "why": why,
                "effect_if_wrong": effect or ("the process does not start" if variable.required else ""),
                "evidence": variable.evidence[:2],
                "read_by_code": variable.read_by_code,
            }
        )

    for rule in (_store, _port, _environment_name, _debug, _hosts, _public, _log_level, _generated, _named, _exampled, _asked):
        answer = rule(draft, variable, components, bound)
        if answer is not None:
            return answer
    return bound("unset", None, "the code's own default stands" if variable.default is not None else "optional: the code works without it")


Bound = Callable[..., EnvBinding]


def _store(draft: Draft, variable: EnvVar, components: tuple[str, ...], bound: Bound) -> EnvBinding | None:
    found = connection_value(draft, variable, components)
    if found is None:
        return None
    value, store, secret = found
    return bound(
        "derived" if "${" in value else "literal",
        value,
        f"reaches `{store.component}` on the internal network",
        secret,
        f"no connection to {store.kind}",
    )


def _port(draft: Draft, variable: EnvVar, components: tuple[str, ...], bound: Bound) -> EnvBinding | None:
    ports = {c.port for c in draft.components if c.name in components and c.port}
    if variable.name in ("PORT", "APP_PORT", "SERVER_PORT", "HTTP_PORT", "API_PORT", "LISTEN_PORT", "WEB_PORT") and len(ports) == 1:
        return bound("literal", str(ports.pop()), "the port that the proxy sends requests to", False, "the proxy answers 502")
    if variable.name in ("HOST", "BIND_HOST", "LISTEN_HOST", "APP_HOST", "SERVER_HOST", "BIND_ADDRESS") and ports:
        return bound(
            "literal", "0.0.0.0", "the process must listen on its container's network, not on loopback", False, "the proxy answers 502"
        )
    return None


def _environment_name(draft: Draft, variable: EnvVar, components: tuple[str, ...], bound: Bound) -> EnvBinding | None:
    if variable.name not in ENVIRONMENT_NAMES and not (variable.name.endswith("_ENV") and not variable.secret):
        return None
    wanted = draft.target.environment
    if variable.choices:
        close = [c for c in variable.choices if c.lower() == wanted] or [c for c in variable.choices if c.lower().startswith(wanted[:4])]
        wanted = close[0] if close else variable.choices[-1]
    elif variable.name in ("NODE_ENV", "RAILS_ENV", "RACK_ENV"):
        wanted = "production"  # staging runs the production build: Node and Rails know no other optimised mode
    return bound(
        "literal",
        wanted,
        f"switches the code to its {wanted} behaviour",
        False,
        "development behaviour in production: stack traces, no caching, weak cookies",
    )


def _debug(draft: Draft, variable: EnvVar, components: tuple[str, ...], bound: Bound) -> EnvBinding | None:
    parts = variable.name.split("_")
    if "DEBUG" not in parts or variable.secret:
        return None
    if variable.default is not None and variable.default.lower() in ("false", "0", "no", "off", ""):
        return bound("unset", None, "off by default, and must stay so")
    value = {"int": "0", "bool": "false"}.get(
        variable.type or "", "False" if (variable.default or "") == "True" else "0" if (variable.default or "") == "1" else "false"
    )
    return bound(
        "literal",
        value,
        "debug output shows settings and source to whoever triggers an error",
        False,
        "stack traces with settings reach clients",
    )


def _hosts(draft: Draft, variable: EnvVar, components: tuple[str, ...], bound: Bound) -> EnvBinding | None:
    if variable.name in HOST_LISTS or variable.name.endswith("_ALLOWED_HOSTS"):
        names = ["${DOMAIN}", "localhost", "127.0.0.1"]
        value = '["' + '","'.join(names) + '"]' if variable.type in ("json",) else ",".join(names)
        return bound(
            "derived", value, "the public name, and loopback for the container's own health check", False, "every request is answered 400"
        )
    if any(mark in variable.name for mark in ORIGIN_LISTS) and not variable.secret and variable.type not in ("bool", "int"):
        value = '["https://${DOMAIN}"]' if variable.type in ("json", "list") and "[" in (variable.default or "[") else "https://${DOMAIN}"
        return bound(
            "derived",
            value,
            "browsers may call the API from this origin only; add the front end's origin where it differs",
            False,
            "browsers refuse the API's answers",
        )
    return None


def _public(draft: Draft, variable: EnvVar, components: tuple[str, ...], bound: Bound) -> EnvBinding | None:
    if variable.secret:
        return None
    if variable.name == "DOMAIN":
        return bound("input", "DOMAIN", "the public name of the API", False, "links and cookies point elsewhere")
    if variable.name in PUBLIC_URLS or variable.name.endswith(tuple("_" + n for n in PUBLIC_URLS)):
        return bound(
            "derived", "https://${DOMAIN}", "the public address behind the proxy", False, "links in mails and redirects point elsewhere"
        )
    return None


def _log_level(draft: Draft, variable: EnvVar, components: tuple[str, ...], bound: Bound) -> EnvBinding | None:
    if variable.name.endswith(("LOG_TO_STDOUT", "LOG_STDOUT", "LOG_TO_CONSOLE")):
        return bound(
            "literal",
            "1" if variable.type != "bool" else "true",
            "Docker keeps what is written to stdout, and nothing else",
            False,
            "logs go into a file that is lost with the container",
        )
    if variable.name not in ("LOG_LEVEL", "LOGLEVEL", "LOGGING_LEVEL"):
        return None
    value = next((c for c in variable.choices if c.lower() == "info"), "INFO" if (variable.default or "").isupper() else "info")
    return bound("literal", value, "enough to follow a request, without bodies", False, "too few or too many logs")


def _generated(draft: Draft, variable: EnvVar, components: tuple[str, ...], bound: Bound) -> EnvBinding | None:
    if not variable.secret or not any(mark in variable.name for mark in INTERNAL_SECRETS):
        return None
    draft.need(
        Input(
            name=variable.name,
            kind="secret",
            description=f"Secret that {', '.join(f'`{c}`' for c in components)} signs or encrypts with",
            generate=PASSWORD_COMMAND if "PASSWORD" in variable.name else SECRET_COMMAND,
            used_by=components,
            evidence=tuple(Source(evidence=e) for e in variable.evidence[:1]),
        )
    )
    weak = variable.default is not None or not variable.required
    effect = "sessions and tokens can be forged by anyone who reads the source" if weak else "the process does not start"
    return bound(
        "secret",
        variable.name,
        "known to this deployment only; a new value ends every session"
        + ("; the code falls back to a value of its own, which is public" if weak else ""),
        True,
        effect,
    )


NAMES = ("PROJECT_NAME", "APP_NAME", "SERVICE_NAME", "SITE_NAME", "APPLICATION_NAME", "APP_TITLE")
PEOPLE = ("EMAIL", "SUPERUSER", "ADMIN_USER", "MAIL_FROM", "FROM_ADDRESS", "MAIL_DEFAULT_EMAIL")


def _named(draft: Draft, variable: EnvVar, components: tuple[str, ...], bound: Bound) -> EnvBinding | None:
    """Bind what the plan itself knows: the application's name, and an address at its own domain for its first administrator."""
    if variable.secret or not variable.required or variable.default is not None:
        return None
    if variable.name in NAMES:
        return bound(
            "literal", draft.survey.project, "a name that people see; change it freely", False, "pages and mails show another name"
        )
    if variable.name.endswith(PEOPLE) and variable.type in (None, "str", "email"):
        domain = draft.target.domain or f"{draft.app}.example.com"
        draft.need(
            Input(
                name=variable.name,
                kind="value",
                description=f"Address or login `{variable.name}` for {', '.join(f'`{c}`' for c in components)}",
                default=f"admin@{domain}",
                used_by=components,
                evidence=tuple(Source(evidence=e) for e in variable.evidence[:1]),
            )
        )
        return bound("input", variable.name, "a mailbox that someone reads", False)
    return None


def _exampled(draft: Draft, variable: EnvVar, components: tuple[str, ...], bound: Bound) -> EnvBinding | None:
    """Offer the value of the repository's example file where the code demands one and it is no placeholder: an input, so that a person sees and may change it."""
    value = variable.example
    if variable.secret or not variable.required or variable.default is not None or not value or "'" in value or "\n" in value:
        return None
    draft.need(
        Input(
            name=variable.name,
            kind="value",
            description=f"Value of `{variable.name}` for {', '.join(f'`{c}`' for c in components)}; the default is the example file's",
            default=value,
            used_by=components,
            evidence=tuple(Source(evidence=e) for e in variable.evidence[:1]),
        )
    )
    draft.assume(
        f"example-{variable.name.lower().replace('_', '-')}",
        f"`{variable.name}` is `{value}` as in the repository's example file",
        "the code demands a value and nobody gave one",
        f"export {variable.name} before the step write-configuration",
    )
    return bound("input", variable.name, "the example file's value, until you choose another", False)


def _asked(draft: Draft, variable: EnvVar, components: tuple[str, ...], bound: Bound) -> EnvBinding | None:
    """Ask the operator for what no rule can know: required values without a default, and credentials of outside services."""
    if variable.default is not None or not variable.required or not variable.read_by_code:
        return None
    secret = variable.secret
    draft.need(
        Input(
            name=variable.name,
            kind="secret" if secret else "value",
            description=f"Value of `{variable.name}` for {', '.join(f'`{c}`' for c in components)}",
            required=True,
            obtain=_obtain(variable),
            used_by=components,
            evidence=tuple(Source(evidence=e) for e in variable.evidence[:1]),
        )
    )
    return bound("secret" if secret else "input", variable.name, "only the operator knows it", secret)


def _obtain(variable: EnvVar) -> str:
    at = f" (read at `{variable.evidence[0].at()}`)" if variable.evidence else ""
    if variable.secret:
        return f"from the account of the outside service that issues it{at}; keep it in the team's password store"
    return f"from whoever owns this application's configuration{at}"
