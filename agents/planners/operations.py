"""Plan section 10: day two, from jobs and backups to disaster recovery."""

from __future__ import annotations

from ...core.blueprint import Blueprint
from ...core.facts import Survey
from ...core.plan import FailureMode, SectionDraft
from ._revision import Revision
from ._section import drafted

FLAG_LIBRARIES = (
    "launchdarkly",
    "unleash",
    "flagsmith",
    "growthbook",
    "openfeature",
    "split",
    "posthog",
    "configcat",
    "django-waffle",
    "flipt",
)


def plan(survey: Survey, blueprint: Blueprint, revision: Revision) -> SectionDraft:
    """Return the draft of section 10."""
    compose = f"docker compose -f {blueprint.compose_file} "
    names = list(dict.fromkeys(c.image.ref for c in blueprint.of_kind("app")))
    backup = next(iter(blueprint.of_kind("backup")), None)
    return drafted(
        "operations",
        survey,
        blueprint,
        revision,
        flags=_flags(survey),
        versioning=_versioning(survey),
        troubles=_troubles(blueprint, compose),
        image_names=names,
        backup_image=backup.image.ref if backup else "",
    )


def _flags(survey: Survey) -> str:
    libraries = survey.dependency_names()
    found = sorted(n for n in libraries if any(mark in n for mark in FLAG_LIBRARIES))
    if found:
        return (
            f"The code uses `{found[0]}`: set its key in section 4 "
            "and keep every flag's default safe for the case that the flag service does not answer."
        )
    switches = [e.name for e in survey.env_vars if e.type == "bool" and e.read_by_code and "DEBUG" not in e.name]
    if switches:
        return (
            "No flag service is in use. These boolean settings act as flags and take effect at the next start: "
            + ", ".join(f"`{n}`" for n in switches[:12])
            + ". "
            "Change one in `write-configuration`, then step `release`."
        )
    return "Not applicable: the code has no feature flags and no boolean setting. A risky change is held back by not releasing it."


def _versioning(survey: Survey) -> str:
    prefixes = sorted(
        {
            "/" + r.path.strip("/").split("/")[i]
            for s in survey.services
            for r in s.routes
            for i in range(min(2, len(r.path.strip("/").split("/"))))
            if _is_version(r.path.strip("/").split("/")[i])
        }
    )
    if prefixes:
        return (
            f"The API is versioned in its path ({', '.join(f'`{p}`' for p in prefixes)}): "
            "a breaking change gets a new prefix, and both run side by side."
        )
    return (
        "The API has no version in its paths: only add fields and routes; "
        "the first breaking change needs a prefix such as `/v2` beside the old paths."
    )


def _is_version(part: str) -> bool:
    return len(part) in (2, 3) and part[0] == "v" and part[1:].isdigit()


def _troubles(blueprint: Blueprint, compose: str) -> list[FailureMode]:
    """Return the failures most likely at night, with this application's own names."""
    apps = [
        FailureMode(
            symptom=f"`{c.name}` restarts",
            diagnose=f"{compose}logs --tail 100 {c.name}",
            cause="a missing variable, a store that is down, or its memory limit",
            fix="the last lines name it; exit code 137 means memory",
        )
        for c in blueprint.of_kind("app")[:2]
    ]
    stores = [
        FailureMode(
            symptom=f"`{s.component}` is unhealthy",
            diagnose=f"{compose}logs --tail 100 {s.component}",
            cause="disk full, memory limit, or a damaged file after a power loss",
            fix="free disk first (`clean-up`); then `up -d --wait`; then `restore-live` if its files are damaged",
        )
        for s in blueprint.stores[:2]
    ]
    gateway = FailureMode(
        symptom="502 from the proxy",
        diagnose=f"{compose}ps",
        cause="the application is down or starting",
        fix="read its log; `rollback-release` if it began with a release",
    )
    reboot = FailureMode(
        symptom="every container is gone after a reboot",
        diagnose="systemctl status docker",
        cause="the engine is not enabled at boot",
        fix="`sudo systemctl enable --now docker`",
    )
    certificate = FailureMode(
        symptom="browsers warn about the certificate",
        diagnose=f"openssl x509 -in {blueprint.deploy_dir}/tls/fullchain.pem -noout -enddate -issuer",
        cause="still self-signed, or the renewal failed",
        fix="step `public-certificate`; `sudo certbot renew --dry-run`",
    )
    return [gateway, *apps, *stores, reboot, certificate]
