"""Write alerts as Prometheus rules, and as the unit tests that prove that each of them fires."""

from __future__ import annotations

from typing import Any

from ..._alert import Alert


def rules(found: list[Alert], app: str) -> dict[str, Any]:
    """Return the rule file as data."""
    return {
        "groups": [
            {
                "name": app,
                "interval": "30s",
                "rules": [
                    {
                        "alert": a.name,
                        "expr": a.expr,
                        **({"for": a.wait} if a.wait else {}),
                        "labels": {"severity": a.severity},
                        "annotations": {"summary": a.summary, "runbook": f"PLAN.md section {a.runbook}"},
                    }
                    for a in found
                ],
            }
        ]
    }


def rule_tests(found: list[Alert]) -> dict[str, Any]:
    """Return the unit tests as data: each alert must fire on its series at its time."""
    tests = []
    for a in found:
        summary = a.summary
        for label, value in a.labels.items():
            summary = summary.replace("{{ $labels." + label + " }}", value)
        tests.append(
            {
                "interval": "1m",
                "name": f"{a.name} fires",
                "input_series": [{"series": s, "values": v} for s, v in a.series],
                "alert_rule_test": [
                    {
                        "eval_time": a.at,
                        "alertname": a.name,
                        "exp_alerts": [
                            {
                                "exp_labels": {"severity": a.severity, **a.labels},
                                "exp_annotations": {"summary": summary, "runbook": f"PLAN.md section {a.runbook}"},
                            }
                        ],
                    }
                ],
            }
        )
    return {"rule_files": ["rules.yml"], "evaluation_interval": "30s", "tests": tests}
