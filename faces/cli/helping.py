"""Lay out help in named groups, in plain text: typer's own coloured help costs four times what starting the whole program does."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup

LAST = ("Options", "Global options")  # where help, completion and what belongs nowhere else stand


class Command(TyperCommand):
    """Show a command's arguments first, then its options group by group."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the groups in the order in which their first option is declared, the unnamed one last."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                default = "Arguments" if param.param_type_name == "argument" else LAST[0]
                groups.setdefault(getattr(param, "rich_help_panel", None) or default, []).append(record)
        for name in sorted(groups, key=lambda name: name in LAST):
            with formatter.section(name):
                formatter.write_dl(groups[name])


class Group(TyperGroup):
    """Show the commands group by group, then the options that every command takes."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the commands in the order in which they are declared."""
        return list(self.commands)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the commands by group, then the options."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command = self.commands[name]
            groups.setdefault(getattr(command, "rich_help_panel", None) or "Commands", []).append(
                (name, command.get_short_help_str(limit=200))
            )
        for name, rows in groups.items():
            with formatter.section(name):
                formatter.write_dl(rows)
        records = [record for param in self.get_params(ctx) if (record := param.get_help_record(ctx)) is not None]
        with formatter.section(LAST[1]):
            formatter.write_dl(records)
