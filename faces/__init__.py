"""Show deploybook to people and programs: the command line, the terminal, the doctor."""
