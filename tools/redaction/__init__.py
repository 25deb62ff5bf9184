"""Redact secrets at every door: what a repository, a person or a model says, and what is written out.

    taint = TaintStore()
    redactor = Redactor(taint)
    redactor.learn(path, text)            # first pass over files that hold secrets
    result = redactor.redact(path, text)  # text with [REDACTED:<kind>] markers, and findings without values
    scan(path, text, taint)               # what a redaction would still remove: empty means clean
"""

from __future__ import annotations

from .engine import Redacted, Redactor, SecretFinding, scan
from .taint import TaintStore

__all__ = ["Redacted", "Redactor", "SecretFinding", "TaintStore", "scan"]
