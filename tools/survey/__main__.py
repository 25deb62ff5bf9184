"""Print the survey of a folder or git URL as JSON: `python -m deploybook.tools.survey SOURCE`."""

from __future__ import annotations

import sys

from ...core.errors import DeploybookError
from ...core.source import Source
from ..repository import open_repository
from .engine import survey


def main(arguments: list[str]) -> int:
    """Print the survey of the one source named and return the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m deploybook.tools.survey SOURCE\n")
        return 2
    try:
        with open_repository(Source(location=arguments[0])) as repository:
            sys.stdout.write(survey(repository).to_json())
    except DeploybookError as error:
        sys.stderr.write(f"{error.what}: {error.why} ({error.hint})\n")
        return int(error.exit_code)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
