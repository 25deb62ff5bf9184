"""Find which framework a PHP code base loads, and how its process starts."""

from __future__ import annotations

from dataclasses import dataclass

from ..evaluated import UNKNOWN, Value
from ..parsers.grammar import line_of
from ..parsers.php import Node, PhpFile, literal
from ..view import View, join
from .composer import ROOTS, Project, files, matching

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Framework:
    """Be one framework: the packages that bring it, and the words of code that load it."""

    name: str
    packages: tuple[str, ...]
    marks: tuple[str, ...]
    command: str | None = None
    port: int | None = None


FRAMEWORKS = (
    Framework("lumen", ("laravel/lumen-framework",), ("Laravel\\Lumen\\Application",)),
    Framework("laravel-zero", ("laravel-zero/framework",), ("LaravelZero\\Framework\\Application",)),
    Framework("laravel", ("laravel/framework",), ("Illuminate\\Foundation\\Application", "Illuminate\\Foundation\\Http\\Kernel")),
    Framework("hyperf", ("hyperf/framework", "hyperf/http-server"), ("Hyperf\\",), "php bin/hyperf.php start", 9501),
    Framework("webman", ("workerman/webman-framework", "workerman/webman"), ("support\\App", "Webman\\"), "php start.php start", 8787),
    Framework("symfony", ("symfony/framework-bundle", "symfony/symfony"), ("HttpKernel\\Kernel", "MicroKernelTrait", "FrameworkBundle\\")),
    Framework("slim", ("slim/slim",), ("Slim\\Factory\\AppFactory", "Slim\\App", "Slim\\Slim", "DI\\Bridge\\Slim")),
    Framework("mezzio", ("mezzio/mezzio",), ("Mezzio\\Application",)),
    Framework("laminas", ("laminas/laminas-mvc", "zendframework/zend-mvc"), ("Laminas\\Mvc\\Application", "Zend\\Mvc\\Application")),
    Framework("cakephp", ("cakephp/cakephp",), ("Cake\\Http\\", "Cake\\Core\\")),
    Framework("codeigniter", ("codeigniter4/framework", "codeigniter/framework"), ("CodeIgniter\\", "CI_Controller")),
    Framework("yii", ("yiisoft/yii2", "yiisoft/yii"), ("yii\\web\\Application", "yii\\web\\")),
    Framework("flight", ("flightphp/core", "mikecao/flight"), ("Flight::",)),
    Framework("fat-free", ("bcosca/fatfree", "bcosca/fatfree-core"), ("Base::instance",)),
    Framework("phalcon", ("phalcon/*",), ("Phalcon\\Mvc\\",)),
    Framework("leaf", ("leafs/leaf",), ("Leaf\\App", "app()->run")),
    Framework("api-platform", ("api-platform/core",), ("ApiPlatform\\",)),
    Framework("drupal", ("drupal/core", "drupal/core-recommended"), ("Drupal\\Core\\DrupalKernel", "DrupalKernel")),
    Framework("wordpress", ("roots/wordpress", "johnpbloch/wordpress"), ("wp-blog-header.php", "ABSPATH")),
    Framework("spiral", ("spiral/framework", "spiral/roadrunner-bridge"), ("Spiral\\Framework\\",)),
    Framework("swoole", ("openswoole/core", "swoole/*"), ("Swoole\\Http\\Server", "OpenSwoole\\Http\\Server", "swoole_http_server")),
    Framework("reactphp", ("react/http",), ("React\\Http\\HttpServer", "React\\Http\\Server")),
    Framework("workerman", ("workerman/workerman",), ("Workerman\\Worker",)),
    Framework("amphp", ("amphp/http-server",), ("Amp\\Http\\Server\\",)),
    Framework("grpc", ("spiral/roadrunner-grpc",), ("RoadRunner\\GRPC\\Server",)),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Be the framework that code loads, and the line that does."""

    framework: Framework
    at: Place


def loaded(view: View, project: Project) -> Loaded | None:
    """Return the first framework whose package is required (or whose code needs none) and that a file of the code base loads."""
    known = view.kept("php_loaded", dict[str, Loaded | None])
    if project.folder not in known:
        known[project.folder] = _loaded(view, project)
    return known[project.folder]


def _loaded(view: View, project: Project) -> Loaded | None:
    for one in FRAMEWORKS:
        if not project.requires(*one.packages) and one.name not in ("swoole", "phalcon", "wordpress"):
            continue
        for path in _likely_first(files(view, project.folder)):
            if view.holds(path, *one.marks):
                mark = next((m for m in one.marks if view.holds(path, m)), one.marks[0])
                return Loaded(one, (path, view.proof(path, mark).line))
    return None


def _likely_first(paths: tuple[str, ...]) -> list[str]:
    names = ("bootstrap/app.php", "Kernel.php", "index.php", "server.php", "artisan")
    return sorted(paths, key=lambda p: (not p.endswith(names), p))


def served_pages(view: View, project: Project) -> str | None:
    """Return the front page that a web server serves: `index.php` of the code base or of its web root, None without one."""
    places = [join(project.folder, "index.php"), *(join(project.folder, f"{root}/index.php") for root in ROOTS)]
    return next((p for p in places if view.repository.size(p)), None)


def own_server(view: View, project: Project) -> tuple[str, Place, Value] | None:
    """Return (script, line, port) of a program that listens by itself: Swoole, ReactPHP, Workerman; None where a web server is needed."""
    marks = ("Swoole\\Http\\Server", "swoole_http_server", "SocketServer", "Workerman\\Worker", "stream_socket_server")
    for path, parsed in matching(view, project.folder, *marks):
        for call in parsed.named("new"):
            full = parsed.full(call.scope)
            if full.endswith(("Swoole\\Http\\Server", "swoole_http_server", "Swoole\\HTTP\\Server")) and len(call.arguments) > 1:
                return path, (path, call.line), _value(path, call.arguments[1])
            if full.endswith(("Socket\\SocketServer", "Workerman\\Worker", "Socket\\Server")) and call.arguments:
                return path, (path, call.line), _value(path, call.arguments[0])
    return None


def _value(path: str, node: Node) -> Value:
    text = literal(node)
    return Value(text, (path, line_of(node))) if text else UNKNOWN


def health_path(parsed: PhpFile | None) -> tuple[str, int] | None:
    """Return (path, line) of `->withRouting(health: '/up')`."""
    for call in parsed.named("withRouting") if parsed else ():
        node = call.get("health")
        text = literal(node)
        if node is not None and text:
            return text, line_of(node)
    return None
