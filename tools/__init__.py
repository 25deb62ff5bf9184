"""Hold the hands of deploybook: everything that reads files, parses languages or runs programs; no model is called here."""
