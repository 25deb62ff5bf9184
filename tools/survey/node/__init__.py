"""Know Node, Bun and Deno projects: their manifests, workspaces, processes, modules and static values, for the detectors to state as facts."""
