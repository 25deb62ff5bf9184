"""Detect continuous-integration files: GitHub, GitLab, Jenkins, CircleCI, Azure Pipelines, Bitbucket, Drone, Travis and others."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Located
from ..detector import View, entry, folder_of
from ..platforms.kubernetes import manifests

_EXACT = {
    ".gitlab-ci.yml": "gitlab-ci", ".gitlab-ci.yaml": "gitlab-ci", "Jenkinsfile": "jenkins", "azure-pipelines.yml": "azure-pipelines",
    "azure-pipelines.yaml": "azure-pipelines", "bitbucket-pipelines.yml": "bitbucket-pipelines", ".travis.yml": "travis",
    ".drone.yml": "drone",
    ".drone.yaml": "drone", "appveyor.yml": "appveyor", ".appveyor.yml": "appveyor", "cloudbuild.yaml": "cloud-build",
    "cloudbuild.yml": "cloud-build",
    "buildspec.yml": "codebuild", "buildspec.yaml": "codebuild", ".cirrus.yml": "cirrus", "wercker.yml": "wercker",
    ".semaphore.yml": "semaphore",
    "codefresh.yml": "codefresh", ".woodpecker.yml": "woodpecker", ".woodpecker.yaml": "woodpecker", "Earthfile": "earthly",
    "dagger.json": "dagger",
    "teamcity-settings.kts": "teamcity", ".buildkite.yml": "buildkite",
}  # fmt: skip
_FOLDERS = {
    ".github/workflows": "github-actions", ".circleci": "circleci", ".gitlab/ci": "gitlab-ci", ".buildkite": "buildkite",
    ".semaphore": "semaphore",
    ".azure-pipelines": "azure-pipelines", ".azuredevops": "azure-pipelines", ".woodpecker": "woodpecker", ".teamcity": "teamcity",
    ".azure/pipelines": "azure-pipelines", ".pipelines": "azure-pipelines",
    ".ado": "azure-pipelines", ".builds": "sourcehut",
    ".forgejo/workflows": "forgejo-actions", ".gitea/workflows": "gitea-actions", ".tekton": "tekton",
}  # fmt: skip
_KINDS = (".yml", ".yaml", ".kts", ".jsonnet")


def detect(view: View) -> Iterator[Fact]:
    """Yield one entry per pipeline file. Versions in them declare no runtime: they say what is tested, not what ships."""
    found: dict[str, str] = {}
    for path in view.named(*_EXACT, "Jenkinsfile.*", "*.Jenkinsfile", "azure-pipelines*.y*ml", "*.gitlab-ci.yml"):
        name = path.rpartition("/")[2]
        kind = _EXACT.get(name) or ("jenkins" if "enkinsfile" in name else "azure-pipelines" if name.startswith("azure") else "gitlab-ci")
        found[path] = kind
    for path in view.suffixed(*_KINDS):
        folder = folder_of(path)
        inside = next((k for where, k in _FOLDERS.items() if folder == where or folder.endswith("/" + where)), None)
        if inside:
            found.setdefault(path, inside)
    for one in manifests(view):
        if one.api.startswith("tekton.dev/"):
            found.setdefault(one.path, "tekton")
    for path in sorted(found):
        yield entry("ci", folder_of(path), Located(kind=found[path], path=path))
