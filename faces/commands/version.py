"""Say which deploybook this is and as of when it knows versions."""

from __future__ import annotations


def line() -> str:
    """Return the versions of deploybook and of its catalogue, in one line."""
    from importlib.metadata import version

    from ...tools.catalog import load

    return f"deploybook {version('deploybook')} (catalogue as of {load().as_of})"
