"""Hold the nouns of deploybook: facts, blueprint, plan, findings, events, errors, settings (stdlib and pydantic only)."""
