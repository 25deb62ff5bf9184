"""Find the release line of a version and tell whether it is supported on a day."""

from __future__ import annotations

import datetime as dt

from .images import parse_tag
from .model import Cycle, EolState, Product
from .names import CYCLE_WORDS
from .versions import Numbers, numbers, starts_with


def line_of(product: Product, version: str) -> Cycle | None:
    """Return the line that version (a version, a tag or a line's name) belongs to, or None.

    The longest line name that is a prefix of the version's numbers wins; a version shorter than every line name matches the
    default line if it begins so, else the newest line that begins so.
    """
    by_name = {c.cycle: c for c in product.cycles}
    if version in by_name:
        return by_name[version]
    words = CYCLE_WORDS.get(product.id, {})
    tag = parse_tag(version.strip())
    for word in (tag.version, *tag.variant, tag.channel):
        if word in words:
            return by_name.get(words[word])
    return _by_numbers(product, tag.numbers or numbers(version))


def _by_numbers(product: Product, value: Numbers) -> Cycle | None:
    if not value:
        return None
    named = [(numbers(c.cycle), c) for c in product.cycles]
    longer = [(len(name), c) for name, c in named if name and starts_with(value, name)]
    if longer:
        return max(longer, key=lambda pair: pair[0])[1]
    shorter = [(name, c) for name, c in named if starts_with(name, value)]
    for _, cycle in shorter:
        if cycle.cycle == product.default_cycle:
            return cycle
    return max(shorter, key=lambda pair: pair[0])[1] if shorter else None


def state_of(cycle: Cycle | None, on: dt.date) -> EolState:
    """Return the support state of a line on a day; the end day itself still counts as supported."""
    if cycle is None:
        return EolState(state="unknown")
    end = cycle.eol if isinstance(cycle.eol, dt.date) else None
    if cycle.eol is True or (end and on > end):
        return EolState(state="ended", date=end, extended_until=cycle.extended_eol, cycle=cycle.cycle)
    active_end = cycle.eoas
    security = active_end is True or (isinstance(active_end, dt.date) and on > active_end)
    if security:
        return EolState(state="security", date=end, extended_until=cycle.extended_eol, cycle=cycle.cycle)
    if cycle.eol is None:
        return EolState(state="unknown", cycle=cycle.cycle)
    return EolState(state="supported", date=end, extended_until=cycle.extended_eol, cycle=cycle.cycle)
