"""Write deployment playbooks that run: read a backend repository, link a plan like a program, prove it."""
