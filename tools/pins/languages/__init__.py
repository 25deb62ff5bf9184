"""Hold one module per language family, each with `LANGUAGES` and `references(text, context)`."""
