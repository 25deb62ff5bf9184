"""Speak to a terminal: colour and its refusal, plain tables, progress by section, questions to a person."""
