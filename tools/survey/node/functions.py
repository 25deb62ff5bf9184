"""Recognise packages of cloud functions by the file that deploys them."""

from __future__ import annotations

from .manifest import Package
from .project import Project
from .sources import join
from .values import Place

FILES = (
    ("serverless", ("serverless.yml", "serverless.yaml", "serverless.ts", "serverless.js", "serverless.json")),
    ("cloudflare-workers", ("wrangler.toml", "wrangler.json", "wrangler.jsonc")),
    ("sst", ("sst.config.ts", "sst.json")),
    ("firebase-functions", ("firebase.json",)),
    ("netlify-functions", ("netlify.toml",)),
)
NEEDED = {"firebase-functions": "firebase-functions", "netlify-functions": "@netlify/functions"}


def function_files(project: Project, package: Package) -> tuple[str, Place] | None:
    """Return (framework, line) of the file that deploys a package as functions; None for any other package."""
    for framework, names in FILES:
        needed = NEEDED.get(framework)
        folders = (package.folder, join(package.folder, "..")) if framework == "firebase-functions" else (package.folder,)
        for folder in folders:
            for name in names:
                path = join(folder, name)
                if path in project.sources.known and (needed is None or needed in package.libraries):
                    return framework, Place(path, 1)
    return None
