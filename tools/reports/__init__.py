"""Write findings in the forms that other programs read: SARIF 2.1.0, annotations of GitHub, JUnit XML.

report = Report(placed, profile="review", version="0.1.0")
render(report, "sarif")            # or "github", "junit"
"""

from __future__ import annotations

from . import github, junit, sarif
from ._model import Placed, Report

__all__ = ["Placed", "Report", "render"]

_FORMS = {"sarif": sarif.render, "github": github.render, "junit": junit.render}


def render(report: Report, form: str) -> str:
    """Return the report as `sarif`, `github` or `junit`; raise KeyError for another form."""
    return _FORMS[form](report)
