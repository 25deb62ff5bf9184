"""Decide which .NET projects are applications to deploy, and what each of them is."""

from __future__ import annotations

from dataclasses import dataclass

from ....core.facts import Role
from ..aside import is_aside
from ..containers import is_dockerfile, purpose_of
from ..knowledge.images import image, runtime_of
from ..view import View, folder_of
from .projects import Project, by_folder
from .sources import code, cs_file, files, first

Place = tuple[str, int]
_WEB = ("WebApplication.Create", "CreateBuilder(", "ConfigureWebHost", "UseStartup", "WebHost.", "UseKestrel", "CreateSlimBuilder")
_WORKS = (
    "AddHostedService", "BackgroundService", "IHostedService", "while (true)", "while(true)", "BasicConsume", "IConsumer<",
    "AddMassTransit", "AddHangfireServer", "AddQuartzHostedService", "ReceiveEndpoint", "ServiceBusProcessor", ".Consume(",
    "RunConsoleAsync", "UseNServiceBus",
)  # fmt: skip
_MAX_LOOKED = 40  # files that are parsed to find where a program starts
_FRAMEWORKS = (  # packages whose code serves instead of ASP.NET Core's own
    ("Giraffe", "giraffe"), ("Saturn", "saturn"), ("Suave", "suave"), ("Oxpecker", "oxpecker"), ("Falco", "falco"),
    ("ServiceStack", "servicestack"), ("Nancy", "nancy"), ("EmbedIO", "embedio"),
)  # fmt: skip
_MVC = (
    "AddControllers", "MapControllers", "AddMvc", "MapRazorPages", "MapBlazorHub", "MapRazorComponents", "UseMvc", "MapGraphQL",
    "MapReverseProxy", "MapHub<",
)  # fmt: skip
_ASPNET = ("Microsoft.AspNetCore", "Microsoft.AspNetCore.App", "Microsoft.AspNetCore.All")


@dataclass(slots=True)
class Application:
    """Be one application: its project, what serves it, where it starts, the Dockerfiles that pack it."""

    project: Project
    role: Role
    framework: str | None
    at: Place  # the line that brings the framework, else the program
    main: Place | None
    dockerfiles: tuple[str, ...] = ()

    @property
    def serves(self) -> bool:
        """Say whether it listens."""
        return self.role == "web"


def applications(view: View) -> list[Application]:
    """Return the applications of a tree, sorted by folder; made once."""
    return view.kept("dotnet_applications", lambda: _applications(view))


def _applications(view: View) -> list[Application]:
    found: list[Application] = []
    plain: list[Application] = []
    known = by_folder(view)
    for folder, project in sorted(known.items()):
        if project.is_test or project.is_host or project.is_client or project.is_builder or not project.is_program:
            continue
        if folder != "." and is_aside(folder + "/x"):
            continue
        made = _made(view, project)
        if made is None:
            continue
        (found if made.role != "job" else plain).append(made)
    packed = dockerfiles(view, [*found, *plain])
    for one in (*found, *plain):
        beside = [d for d in _all_dockerfiles(view) if folder_of(d) == one.project.folder and purpose_of(d) == "production"]
        one.dockerfiles = (*beside, *packed.get(one.project.folder, ()))
    shipped = [a for a in plain if a.dockerfiles]
    if not found and not shipped and len(plain) == 1:
        return plain
    return sorted([*found, *shipped], key=lambda a: a.project.folder)


def _made(view: View, project: Project) -> Application | None:
    main = _main(view, project)
    web = project.sdk.startswith("Microsoft.NET.Sdk.Web") or project.package(*_ASPNET) is not None
    functions = project.properties.get("AzureFunctionsVersion")
    if functions is not None:
        trigger = first(view, project, "HttpTrigger", own=True)
        return Application(project, "web" if trigger else "worker", "azure-functions", functions[1], trigger or main)
    for package, name in _FRAMEWORKS:
        reference = project.package(package)
        if reference is not None and (project.language == "fsharp" or first(view, project, f"using {package}")):
            return Application(project, "web", name, reference.place, main)
    if web or first(
        view, project, "ConfigureWebHostDefaults", "WebApplication.CreateBuilder", "WebApplication.CreateSlimBuilder", own=True
    ):
        if files(view, project) and first(view, project, *_WEB, own=True) is None:  # built with the web SDK, but it serves nothing itself
            return Application(project, "job", None, main, main) if main is not None else None
        return Application(project, "web", _framework(view, project), _brings(view, project), main)
    if main is None and project.language == "csharp":
        return None
    if first(view, project, "HttpListener", "TcpListener", own=True):
        return Application(project, "web", None, main or (project.file, project.at), main)
    works = project.sdk.startswith("Microsoft.NET.Sdk.Worker") or first(view, project, *_WORKS, own=True) is not None
    return Application(project, "worker" if works else "job", _tasks(view, project), main or (project.file, project.at), main)


def _main(view: View, project: Project) -> Place | None:
    """Return the line where the program starts: Program.cs first, then files with a Main, then those with top-level statements."""
    own = files(view, project)
    ranked = sorted(own, key=lambda p: (not p.endswith("/Program.cs") and p != "Program.cs", not view.holds(p, " Main("), p))
    for path in ranked[:_MAX_LOOKED]:
        file = cs_file(view, path)
        line = file.main() if file is not None else None
        if line is not None:
            return path, line
        if path.endswith("Program.fs"):
            return path, 1
    return None


def _brings(view: View, project: Project) -> Place:
    """Return the line that makes it a web application: the SDK's, else the host's."""
    number = view.find(project.file, project.sdk) if project.sdk.startswith("Microsoft.NET.Sdk.Web") else None
    return (project.file, number) if number else (first(view, project, *_WEB, own=True) or (project.file, project.at))


def _framework(view: View, project: Project) -> str:
    """Return aspnetcore, or aspnetcore-grpc for an application that serves gRPC and nothing else."""
    grpc = first(view, project, "MapGrpcService")
    if grpc is None:
        return "aspnetcore"
    if first(view, project, *_MVC) is not None:
        return "aspnetcore"
    mapped = [
        c for _, f in code(view, project, "MapGet", "MapPost", "MapGroup") for c in f.calls if c.name in ("MapGet", "MapPost", "MapGroup")
    ]
    return "aspnetcore-grpc" if len(mapped) <= 1 else "aspnetcore"


def _tasks(view: View, project: Project) -> str | None:
    for word, name in (("AddHangfireServer", "hangfire"), ("AddQuartzHostedService", "quartz"), ("AddQuartz", "quartz")):
        if first(view, project, word) is not None:
            return name
    return None


def _all_dockerfiles(view: View) -> list[str]:
    return [p for p in view.paths if is_dockerfile(p) and purpose_of(p) != "test"]


def dockerfiles(view: View, apps: list[Application]) -> dict[str, list[str]]:
    """Return {application's folder: Dockerfiles of elsewhere that publish or start it}."""
    found: dict[str, list[str]] = {}
    for path in _all_dockerfiles(view) if apps else ():
        parsed = view.dockerfile(path)
        if parsed is None or any(a.project.folder == folder_of(path) for a in apps):
            continue
        text = " ".join(i.text for s in parsed.stages for i in s.all("RUN", "ENTRYPOINT", "CMD", "COPY", "WORKDIR"))
        started = " ".join(i.text for i in parsed.final.all("ENTRYPOINT", "CMD"))
        named = [a for a in apps if f"{a.project.assembly}.dll" in started] or [
            a for a in apps if a.project.file.rpartition("/")[2] in text
        ]
        if not named and len(apps) == 1 and "dotnet" in text:
            named = apps
        if len(named) == 1:
            found.setdefault(named[0].project.folder, []).append(path)
    return found


def image_release(view: View, app: Application) -> tuple[int, Place] | None:
    """Return (major version, line) of the ASP.NET image that ships the application, None where none does."""
    for path in app.dockerfiles:
        parsed = view.dockerfile(path)
        if parsed is None:
            continue
        stage = parsed.chain(parsed.final)[-1]
        major = image(stage.base).tag.partition(".")[0]
        if runtime_of(stage.base) == "dotnet" and major.isdigit():
            return int(major), (path, stage.line)
    return None
