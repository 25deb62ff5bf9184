"""Hold the detectors, one module per technology; see ../README.md. They never import one another."""
