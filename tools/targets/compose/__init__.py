"""Deploy to one host with Docker Compose: reverse proxy with TLS, data stores in containers, backups, monitoring."""

TITLE = "Docker Compose on one host"
SUMMARY = "One Docker host runs every container; Compose owns networks, volumes, restarts and health."
