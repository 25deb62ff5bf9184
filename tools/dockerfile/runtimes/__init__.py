"""Hold one Dockerfile recipe per runtime: RUNTIMES names the survey's runtime ids, dockerfile(recipe) returns the text."""
