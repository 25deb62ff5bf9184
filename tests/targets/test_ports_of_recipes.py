"""A server in a generated image listens on the port that health check and proxy ask."""

from __future__ import annotations

import yaml
from deploybook.core.facts import Service
from made_plans import planned, surveyed, variant


def test_a_generated_image_listens_on_the_port_that_the_plan_chose() -> None:
    shop = Service(
        name="shop", path=".", role="web", runtime="php", language="php", framework="laravel", manifest="composer.json"
    )
    found = planned(variant(surveyed("echo-pair"), services=(shop,), datastores=(), queues=(), env_vars=()))
    port = next(c.port for c in found.blueprint.components if c.kind == "app")
    image = found.text("artifacts/Dockerfile")
    assert f"Listen {port}" in image and f"EXPOSE {port}" in image
    services = yaml.safe_load(found.text("artifacts/compose.yaml"))["services"]
    service = next(s for s in services.values() if s["image"].startswith(f"{found.blueprint.app}:"))
    assert f"/127.0.0.1/{port}" in str(service["healthcheck"]) and f":{port}" in found.text("artifacts/nginx/nginx.conf")
