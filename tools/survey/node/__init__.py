"""Know Node, Bun and Deno projects: manifests, workspaces, programs, modules and static values, for the detectors to state as facts."""
