"""Name a file that a program touches, and the options through which programs are told files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .._view.invocations import Invocation
from .._view.words import Word


@dataclass(frozen=True, slots=True)
class Touched:
    """Be one file or folder that a call reads or writes; `tree` says that everything below it comes with it."""

    word: Word
    writes: bool = False
    tree: bool = False
    optional: bool = False
    folder: bool = False


Reader = Callable[[Invocation], Iterator[Touched]]


def options(text: str) -> frozenset[str]:
    """Return the words of a text: a list of options."""
    return frozenset(text.split())


# program -> (options with a value, options whose value is read, options whose value is written)
OPTIONS: dict[str, tuple[frozenset[str], frozenset[str], frozenset[str]]] = {
    "psql": (options("-f --file -c -d -U -h -p -v -o -P -F -R -T"), options("-f --file"), options("-o")),
    "openssl": (
        options(
            "-in -out -key -keyout -CA -CAkey -subj -days -newkey -config -extfile -passin -passout -signkey -inkey -addext -name -certfile"
        ),
        options("-in -CA -CAkey -signkey -inkey -config -extfile"),
        options("-out -keyout"),
    ),
    "curl": (
        options(
            "-o --output -d --data --data-binary -H -X -u -w -m --max-time --retry --retry-delay --connect-to --resolve --cacert --cert"
            " --key -T -F --url -A -e -b -c --connect-timeout"
        ),
        options("--cacert --cert --key -T"),
        options("-o --output"),
    ),
    "wget": (options("-O -o -P --timeout --tries -T -t --header"), options(""), options("-O")),
    "kubectl": (options("-n --namespace -f --filename -k --context -o -l --for --timeout"), options("-f --filename -k"), options("")),
    "ssh-keygen": (options("-f -t -b -N -C"), options(""), options("-f")),
    "age-keygen": (options("-o"), options(""), options("-o")),
    "age": (options("-o -r -R -i"), options("-R -i"), options("-o")),
    "promtool": (options(""), options(""), options("")),
    "pg_dump": (options("-f --file -U -h -p -d -F -j -n -t"), options(""), options("-f --file")),
    "ansible-playbook": (options("-i -e -l -t -u --vault-password-file"), options("-i --vault-password-file"), options("")),
    "helm": (
        options("-f --values --version -n --namespace --set --set-string --set-file --timeout --repo"),
        options("-f --values"),
        options(""),
    ),
    "nginx": (options("-c -p -g -s -e"), options("-c"), options("")),
    "terraform": (options(""), options(""), options("")),
    "gpg": (options("-o --output -r --recipient --passphrase-file"), options("--passphrase-file"), options("-o --output")),
    "jq": (options("--arg --argjson --slurpfile --rawfile --indent"), options(""), options("")),
}
