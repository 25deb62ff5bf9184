"""Read kubectl command lines: the verb, what it acts on, the namespace, and the files it is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .invocations import Invocation
from .options import Arguments, split
from .words import Word

_VALUED = frozenset(
    "-n --namespace -f --filename -k --kustomize --context --cluster --kubeconfig -o --output -l --selector --for --timeout --as --user"
    " --token -s --server --image --overrides --env --restart --from-literal --from-file --from-env-file --type -p --patch --replicas"
    " --serviceaccount --port --schedule --from -c --container --grace-period --field-selector --sort-by --clusterrole --role"
    " --group --docker-server --docker-username --docker-password --tail --since --dry-run --to-revision --min --max".split()
)
_SHORT = {
    "po": "Pod",
    "deploy": "Deployment",
    "svc": "Service",
    "cm": "ConfigMap",
    "ns": "Namespace",
    "sts": "StatefulSet",
    "ds": "DaemonSet",
    "ing": "Ingress",
    "sa": "ServiceAccount",
    "pvc": "PersistentVolumeClaim",
    "cj": "CronJob",
    "quota": "ResourceQuota",
    "crd": "CustomResourceDefinition",
    "netpol": "NetworkPolicy",
    "hpa": "HorizontalPodAutoscaler",
    "pdb": "PodDisruptionBudget",
}
_KINDS = (
    "Pod Deployment Service ConfigMap Secret Namespace StatefulSet DaemonSet Ingress ServiceAccount PersistentVolumeClaim Job CronJob Role"
    " RoleBinding ClusterRole ClusterRoleBinding ResourceQuota LimitRange NetworkPolicy HorizontalPodAutoscaler PodDisruptionBudget"
    " CustomResourceDefinition PriorityClass StorageClass PersistentVolume"
).split()
_BY_NAME = {kind.lower(): kind for kind in _KINDS} | {kind.lower() + "s": kind for kind in _KINDS} | _SHORT


@dataclass(frozen=True, slots=True)
class KubectlCall:
    """Be one kubectl command line; `kinds` are the resource kinds it names, `names` what stands behind them."""

    verb: str
    arguments: Arguments
    namespace: str | None
    files: tuple[Word, ...]
    folders: tuple[Word, ...]  # -k
    kind: str
    names: tuple[str, ...]
    acting_as: str | None
    line: int

    @property
    def reads_only(self) -> bool:
        """Say whether it changes nothing (a dry run counts as reading)."""
        dry = [w.template for w in self.arguments.values("--dry-run")]
        return bool(dry and dry[-1] != "none") or self.verb in (
            "get",
            "describe",
            "logs",
            "wait",
            "diff",
            "explain",
            "top",
            "auth",
            "version",
        )


def kind_named(text: str) -> str:
    """Return the resource kind that a word of a command names (`deploy`, `secrets`, `job/x`), empty when it is none that is known."""
    return _BY_NAME.get(text.partition("/")[0].partition(".")[0].lower(), "")


def read_kubectl(call: Invocation) -> KubectlCall | None:
    """Return what a kubectl (oc) command line says, or null for another program."""
    if call.name not in ("kubectl", "oc"):
        return None
    arguments = split(_before_command(call.args), _VALUED)
    words = [w.template for w in arguments.positionals]
    if not words:
        return None
    verb, rest = words[0], words[1:]
    if verb in ("rollout", "set", "config", "auth", "create") and rest:
        verb, rest = (verb, rest) if verb == "create" else (f"{verb} {rest[0]}", rest[1:])
    kind, names = "", tuple(rest)
    if verb == "run":
        kind = "Pod"
    elif rest:
        kind = kind_named(rest[0])
        names = (rest[0].partition("/")[2], *rest[1:]) if "/" in rest[0] else tuple(rest[1:])
        if verb == "create" and kind == "Secret" and names[:1] in (("generic",), ("docker-registry",), ("tls",)):
            names = names[1:]
    spaces = arguments.values("-n", "--namespace")
    acting = arguments.values("--as")
    return KubectlCall(
        verb,
        arguments,
        spaces[-1].template if spaces else None,
        arguments.values("-f", "--filename"),
        arguments.values("-k", "--kustomize"),
        kind,
        names,
        acting[-1].template if acting else None,
        call.line,
    )


def _before_command(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words before ` -- `, behind which a command for the container stands."""
    for at, word in enumerate(words):
        if word.template == "--":
            return tuple(words[:at])
    return tuple(words)
