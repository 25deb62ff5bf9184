"""Deploy to one host with Docker Compose: reverse proxy with TLS, data stores in containers, backups, monitoring."""

from .sections import draft_section
from .stores import kinds as store_kinds

TITLE = "Docker Compose on one host"
SUMMARY = "One Docker host runs every container; Compose owns networks, volumes, restarts and health."

__all__ = ["SUMMARY", "TITLE", "draft_section", "store_kinds"]
