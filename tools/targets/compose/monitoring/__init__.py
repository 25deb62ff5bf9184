"""Make the monitoring stack: scrape configuration, alert rules with a unit test each, routing, dashboard, Compose file."""

from .files import monitoring_files

__all__ = ["monitoring_files"]
