"""Know Go's servers: which import serves requests or runs tasks, how it is made, where it listens when nothing is said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Framework:
    """Be one framework: import path without version, id, the functions that make it, its documented default port and what moves that."""

    path: str
    name: str
    makers: tuple[str, ...]
    port: int | None = None
    env: str | None = None


WEB = (
    Framework("github.com/gin-gonic/gin", "gin", ("Default", "New"), 8080, "PORT"),
    Framework("github.com/labstack/echo", "echo", ("New",)),
    Framework("github.com/gofiber/fiber", "fiber", ("New",)),
    Framework("github.com/go-chi/chi", "chi", ("NewRouter", "NewMux")),
    Framework("github.com/gorilla/mux", "gorilla/mux", ("NewRouter",)),
    Framework("github.com/kataras/iris", "iris", ("New", "Default")),
    Framework("github.com/beego/beego", "beego", ("Run", "Router", "AutoRouter"), 8080),
    Framework("github.com/astaxie/beego", "beego", ("Run", "Router", "AutoRouter"), 8080),
    Framework("github.com/cloudwego/hertz", "hertz", ("Default", "New"), 8888),
    Framework("github.com/cloudwego/kitex", "kitex", ("NewServer",), 8888),
    Framework("github.com/zeromicro/go-zero/rest", "go-zero", ("MustNewServer", "NewServer")),
    Framework("github.com/zeromicro/go-zero/zrpc", "go-zero", ("MustNewServer", "NewServer")),
    Framework("github.com/go-kratos/kratos", "kratos", ("New", "NewServer")),
    Framework("github.com/gobuffalo/buffalo", "buffalo", ("New",), 3000, "PORT"),
    Framework("github.com/revel/revel", "revel", ()),
    Framework("github.com/julienschmidt/httprouter", "httprouter", ("New",)),
    Framework("github.com/valyala/fasthttp", "fasthttp", ("ListenAndServe",)),
    Framework("github.com/emicklei/go-restful", "go-restful", ("NewContainer", "Add", "DefaultContainer")),
    Framework("github.com/danielgtaylor/huma", "huma", ("New",)),
    Framework("github.com/uptrace/bunrouter", "bunrouter", ("New",)),
    Framework("github.com/go-macaron/macaron", "macaron", ("Classic", "New")),
    Framework("github.com/gocraft/web", "gocraft/web", ("New",)),
    Framework("github.com/pocketbase/pocketbase", "pocketbase", ("New", "NewWithConfig"), 8090),
    Framework("github.com/micro/go-micro", "go-micro", ("NewService",)),
    Framework("go-micro.dev", "go-micro", ("NewService",)),
    Framework("goa.design/goa", "goa", ()),
    Framework("github.com/gogf/gf", "goframe", ("Server",)),
    Framework("connectrpc.com/connect", "connect", ()),
    Framework("github.com/twitchtv/twirp", "twirp", ()),
    Framework("google.golang.org/grpc", "grpc", ("NewServer",)),
)
TASKS = (
    Framework("github.com/hibiken/asynq", "asynq", ("NewServer",)),
    Framework("github.com/RichardKnop/machinery", "machinery", ("NewServer",)),
    Framework("github.com/riverqueue/river", "river", ("NewClient",)),
    Framework("go.temporal.io/sdk/worker", "temporal", ("New",)),
    Framework("github.com/gocraft/work", "gocraft/work", ("NewWorkerPool",)),
    Framework("github.com/robfig/cron", "robfig/cron", ("New",)),
    Framework("github.com/go-co-op/gocron", "gocron", ("NewScheduler",)),
)
BY_MAKING = {"grpc", "connect", "twirp", "goa", "kratos"}  # clients import these too: only making the server (or its handler) counts
METHODS = {  # method that starts listening -> (frameworks it belongs to, index of the address)
    "Run": (("gin", "iris", "beego"), 0), "RunTLS": (("gin",), 0), "Start": (("echo", "pocketbase"), 0), "StartTLS": (("echo",), 0),
    "StartServer": (("echo",), 0), "StartAutoTLS": (("echo",), 0), "Listen": (("fiber", "iris"), 0), "ListenTLS": (("fiber",), 0),
}  # fmt: skip


def framework_of(path: str) -> Framework | None:
    """Return the web framework whose import path holds a package, None for any other."""
    return _within(WEB, path)


def tasks_of(path: str) -> Framework | None:
    """Return the task framework whose import path holds a package, None for any other."""
    return _within(TASKS, path)


def _within(table: tuple[Framework, ...], path: str) -> Framework | None:
    fits = [f for f in table if path == f.path or path.startswith((f.path + "/", f.path + "."))]
    return max(fits, key=lambda f: len(f.path)) if fits else None
