"""Detect Ruby background jobs: Sidekiq, Resque, Solid Queue, Good Job, Delayed Job and others; their workers, classes and schedules."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Datastore, Fact, Job, Queue
from ..detector import View, entry, module, process, trap
from ..knowledge.rubylibs import APART, COMMANDS, RUBY, TASKS
from ..ruby.bundle import Bundle, bundles, ruby_file
from ..ruby.rails import application
from ..ruby.tasks import Task, adapter, classes, gem_of, schedules
from ..shapes import Process
from ..view import join

_CARRIERS = {system: RUBY.brokers[gem][1] for gem, system in TASKS.items() if gem in RUBY.brokers}
_BOOT = ("config/environment.rb", "config/boot.rb", "app.rb", "worker.rb")
_INSIDE = {"async", "inline", "test", "sucker_punch"}  # run in the web process itself


def detect(view: View) -> Iterator[Fact]:
    """Yield the queue, its worker, every job class and every schedule."""
    for folder, bundle in bundles(view).items():
        found = [*classes(view, folder), *schedules(view, folder)]
        for task in found:
            yield entry("job", folder, _job(view, task))
        chosen = adapter(view, bundle)
        for system in sorted(APART - {chosen[0] if chosen else ""}):
            gem, own = gem_of(bundle, system), [t for t in found if t.kind == f"{system}-task"]
            if gem is not None and own:
                yield from _system(view, bundle, system, gem.at, own)
        if chosen is None:
            continue
        system, place = chosen
        if system in _INSIDE:
            if any(t.kind == "activejob-task" for t in found):
                text = f"background jobs run inside the web process (`{system}`): they are lost with a restart"
                yield trap(folder, "jobs-in-process", text, view.evidence(*place))
            continue
        yield from _system(view, bundle, system, place, found)


def _job(view: View, task: Task) -> Job:
    return Job(name=task.name, kind=task.kind, schedule=task.schedule, command=task.command, evidence=(view.evidence(*task.at),))


def _system(view: View, bundle: Bundle, system: str, place: tuple[str, int], found: list[Task]) -> Iterator[Fact]:
    folder, at = bundle.folder, view.evidence(*place)
    gem = gem_of(bundle, system)
    if system not in COMMANDS or (gem is None and bundle.file is not None):
        return
    named = (at, view.evidence(*gem.at)) if gem else (at,)
    carrier = _CARRIERS.get(system)
    yield module(folder, "framework", system, at, language="ruby", confidence="medium")
    kind = RUBY.brokers[gem.name][0] if gem and system in APART and gem.name in RUBY.brokers else system
    yield entry("queue", folder, Queue(kind=kind, backend=carrier, evidence=named), "high")
    if carrier == "redis":
        yield entry("datastore", folder, Datastore(kind="redis", drivers=(gem.name,) if gem else (), evidence=named), "high")
    if bundle.library or (not found and not _settings(view, folder, system)):
        return
    if system in ("solid_queue", "good_job") and _inside_puma(view, folder, system):
        return
    yield process(
        Process(
            origin="framework",
            path=folder,
            name="worker",
            role="worker",
            language="ruby",
            runtime="ruby",
            framework=system,
            command=_command(view, folder, system),
            listens=False,
            evidence=named[::-1] if gem else named,
            confidence="medium",
        )
    )


def _settings(view: View, folder: str, system: str) -> str | None:
    names = {"sidekiq": ("config/sidekiq.yml",), "solid_queue": ("config/queue.yml", "config/solid_queue.yml", "bin/jobs"),
             "karafka": ("karafka.rb",), "shoryuken": ("config/shoryuken.yml",), "delayed_job": ("bin/delayed_job",)}  # fmt: skip
    return next((p for p in (join(folder, n) for n in names.get(system, ())) if view.repository.size(p)), None)


def _command(view: View, folder: str, system: str) -> str:
    if system == "solid_queue" and view.repository.size(join(folder, "bin/jobs")):
        return "bin/jobs"
    if system == "sidekiq" and view.repository.size(join(folder, "config/sidekiq.yml")):
        return "bundle exec sidekiq -C config/sidekiq.yml"
    if system == "sidekiq" and application(view, folder) is None:
        boot = next((n for n in _BOOT if view.repository.size(join(folder, n))), None)
        return f"bundle exec sidekiq -r ./{boot}" if boot else COMMANDS[system][0]
    return COMMANDS[system][application(view, folder) is not None]


def _inside_puma(view: View, folder: str, system: str) -> bool:
    """Say whether the web server runs the jobs itself, by a plugin that nothing switches off, or by the repository's own deployment."""
    path = join(folder, "config/puma.rb")
    parsed = ruby_file(view, path) if view.repository.size(path) and view.holds(path, f":{system}") else None
    for call in parsed.named("plugin") if parsed else ():
        above = call.node.parent
        if call.first() != system:
            continue
        if above is None or above.type not in ("if_modifier", "if"):
            return True
        deploy = join(folder, "config/deploy.yml")
        return bool(view.repository.size(deploy)) and view.find(deploy, "SOLID_QUEUE_IN_PUMA: true") is not None
    return system == "good_job" and view.holds(join(folder, "config/environments/production.rb"), "execution_mode = :async")
