"""Know Python code bases: projects, their dependencies, their sources, the applications they define."""
