"""Hold one module per family of commands, each with `PROGRAMS`: command names and the function that judges a call."""
