"""Know which frameworks run tasks rather than serve requests."""

from __future__ import annotations

TASKS = {
    "celery", "celery-beat", "rq", "dramatiq", "huey", "apscheduler", "arq", "taskiq", "procrastinate", "faust", "saq", "django-q",
    "bull", "bullmq",
    "agenda", "bee-queue", "pg-boss", "graphile-worker", "node-cron", "sidekiq", "solid_queue", "good_job", "delayed_job", "resque", "que",
    "laravel-queue", "horizon", "hangfire", "quartz", "oban", "exq", "broadway", "machinery", "asynq", "river", "temporal",
    "rufus-scheduler", "karafka", "racecar", "shoryuken", "sneakers", "hutch", "faktory", "backburner", "clockwork", "whenever",
    "symfony-messenger", "symfony-scheduler", "apalis", "fang", "quantum", "enqueue", "laravel-schedule",
}  # fmt: skip
"""Frameworks of workers and schedulers: never what a web process is named after."""


def is_task(framework: str) -> bool:
    """Say whether a framework runs tasks."""
    return framework in TASKS
