"""Keep short notes and count their words in the background."""
