"""Carry out the commands: one module each, with `carry_out(session, …)` that returns an exit code."""
