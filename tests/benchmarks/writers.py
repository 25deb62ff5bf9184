"""Write the files of the benchmark's trees: projects of several ecosystems with code of real length, endless, the manifests first."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator

File = tuple[str, bytes]
_NOUNS = "order invoice customer parcel basket payment refund voucher address product stock supplier catalogue rating report".split()
_VERBS = "load store find list merge price check notify archive export import round split update cancel confirm".split()
_WORDS = (*_NOUNS, *_VERBS, *"the a of with before after and when every its which must may only".split())
_PACKAGES = [f"{verb}-{noun}" for verb in _VERBS for noun in _NOUNS]


def _file(path: str, *lines: str) -> File:
    return path, ("\n".join(lines) + "\n").encode()


def _data(path: str, value: object) -> File:
    return path, (json.dumps(value, indent=2) + "\n").encode()


def _sentence(dice: random.Random) -> str:
    return " ".join(dice.choices(_WORDS, k=dice.randint(8, 16))).capitalize() + "."


def _digest(dice: random.Random) -> str:
    return f"{dice.getrandbits(256):064x}"


def prose(path: str, dice: random.Random) -> File:
    """Return a page of documentation."""
    paragraphs = [line for _ in range(dice.randint(4, 20)) for line in (" ".join(_sentence(dice) for _ in range(4)), "")]
    return _file(path, f"# {_sentence(dice)}", "", *paragraphs)


def picture(path: str, dice: random.Random) -> File:
    """Return what looks like a picture."""
    return path, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + dice.randbytes(dice.randint(800, 12_000))


def vendored(path: str, dice: random.Random) -> File:
    """Return minified code of somebody else: few, long lines."""
    calls = ";".join(f"function {dice.choice('abcdefgh')}{n}(t,e){{return t.{dice.choice(_VERBS)}(e,{n})}}" for n in range(120))
    return _file(path, "/*! (c) their authors */", f"!function(){{{calls}}}();")


def platform(name: str, services: tuple[str, ...], dice: random.Random) -> Iterator[File]:
    """Yield what stands at the root of an application: compose file, CI, Kubernetes, Terraform."""
    yield _file(".gitignore", "node_modules/", "__pycache__/", ".env")
    yield prose("README.md", dice)
    built = [line for s in services for line in (f"  {s.rpartition('/')[2]}:", f"    build: ./{s}", "    depends_on: [db]")]
    yield _file("compose.yaml", "services:", *built, "  db:", "    image: postgres:16.4", "    volumes: [data:/var/lib/postgresql/data]",
                "volumes:", "  data: {}")  # fmt: skip
    for flow in ("test", "build", "release"):
        steps = ("      - uses: actions/checkout@v4", f"      - run: make {flow}")
        yield _file(f".github/workflows/{flow}.yml", f"name: {flow}", "on: [push]", "jobs:", f"  {flow}:", "    runs-on: ubuntu-24.04",
                    "    steps:", *steps)  # fmt: skip
    for n, service in enumerate(services):
        short = service.rpartition("/")[2]
        yield _file(f"deploy/k8s/{short}.yaml", "apiVersion: apps/v1", "kind: Deployment", "metadata:", f"  name: {short}", "spec:",
                    f"  replicas: {n + 2}", "  template:", "    spec:", "      containers:", f"        - name: {short}",
                    f"          image: registry.example.org/{name}/{short}:1.0.{n}")  # fmt: skip
    yield _file("deploy/terraform/main.tf", 'terraform { required_version = ">= 1.7" }', 'resource "aws_s3_bucket" "files" {',
                f'  bucket = "{name}-files"', "}")  # fmt: skip


def fastapi(folder: str, name: str, files: int, dice: random.Random) -> Iterator[File]:
    """Yield a FastAPI service with settings, routers, models, migrations and tests."""
    yield _file(f"{folder}pyproject.toml", "[project]", f'name = "{name}"', 'version = "1.0.0"', 'requires-python = ">=3.12"',
                'dependencies = ["fastapi>=0.115", "uvicorn>=0.30", "sqlalchemy>=2", "asyncpg>=0.30", "pydantic-settings>=2", '
                '"redis>=5"]')  # fmt: skip
    locked = [line for p in _PACKAGES[:60] for line in ("[[package]]", f'name = "{p}"', 'version = "1.2.3"',
              f'sdist = {{ url = "https://files.example.org/{p}.tar.gz", hash = "sha256:{_digest(dice)}" }}', "")]  # fmt: skip
    yield _file(f"{folder}uv.lock", "version = 1", 'requires-python = ">=3.12"', "", *locked)
    yield _file(f"{folder}Dockerfile", "FROM python:3.12-slim", "WORKDIR /app", "COPY . .", "RUN pip install .", "EXPOSE 8000",
                'CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000"]')  # fmt: skip
    yield _file(f"{folder}.env.example", "DATABASE_URL=postgresql+asyncpg://localhost/app", "REDIS_URL=redis://localhost:6379/0",
                "LOG_LEVEL=info")  # fmt: skip
    yield _file(f"{folder}app/__init__.py")
    yield _file(f"{folder}app/settings.py", "from pydantic_settings import BaseSettings", "", "", "class Settings(BaseSettings):",
                "    database_url: str", "    redis_url: str", '    log_level: str = "info"', "", "", "settings = Settings()")  # fmt: skip
    yield _file(f"{folder}app/main.py", "from fastapi import FastAPI", "", "from app.api import r8, r20", "", "app = FastAPI()",
                "app.include_router(r8.router)", "app.include_router(r20.router)", "", "", '@app.get("/health")', "def health():",
                '    return {"status": "ok"}')  # fmt: skip
    yield _file(f"{folder}alembic.ini", "[alembic]", "script_location = migrations")
    for n in itertools.count(8):
        route = ["from fastapi import APIRouter", "", "router = APIRouter()", ""] if n % 12 == 8 else []
        body = [line for _ in range(dice.randint(4, 14)) for line in _python(dice, bool(route))]
        part, head = ("app/api/r", route) if route else (("app/domain/m", []), ("app/services/s", []), ("tests/test_t", []))[n % 3]
        if n % 40 == 7:
            yield _file(f"{folder}migrations/versions/{n:06x}_step.py", f'revision = "{n:06x}"', "", *body)
        elif n % 25 == 9:
            yield prose(f"{folder}docs/{n}.md", dice)
        else:
            yield _file(f"{folder}{part}{n}.py", '"""' + _sentence(dice) + '"""', "", "import logging", "from dataclasses import dataclass",
                        "", *head, "log = logging.getLogger(__name__)", "", *body)  # fmt: skip


def _python(dice: random.Random, route: bool) -> list[str]:
    noun, verb, n = dice.choice(_NOUNS), dice.choice(_VERBS), dice.randint(1, 999)
    mark = [f'@router.get("/{noun}s/{{id}}/{verb}{n}")'] if route else []
    return ["", *mark, f"def {verb}_{noun}_{n}(id: int, limit: int = {n}) -> dict:", f'    """{_sentence(dice)}"""',
            f"    found = [{noun} for {noun} in range(id) if {noun} % {n % 7 + 2}]", "    if not found:",
            f'        log.info("no {noun} for %s", id)', f'        raise ValueError("{noun} is missing")',
            f'    return {{"{noun}": found[:limit], "kind": "{verb}", "total": sum(found)}}', ""]  # fmt: skip


def express(folder: str, name: str, files: int, dice: random.Random) -> Iterator[File]:
    """Yield an Express service in TypeScript with routes, services and tests."""
    libraries = {"express": "^4.19.2", "pg": "^8.12.0", "bullmq": "^5.12.0", "zod": "^3.23.8"}
    yield _data(f"{folder}package.json", {"name": name, "version": "1.0.0", "private": True, "engines": {"node": ">=20"},
                "scripts": {"build": "tsc", "start": "node dist/server.js", "test": "vitest"}, "dependencies": libraries,
                "devDependencies": {"typescript": "^5.5.4", "vitest": "^2.0.5"}})  # fmt: skip
    packages = {f"node_modules/{p}": {"version": "1.2.3", "resolved": f"https://registry.example.org/{p}.tgz",
                "integrity": "sha256-" + _digest(dice)} for p in _PACKAGES}  # fmt: skip
    yield _data(f"{folder}package-lock.json",
                {"name": name, "lockfileVersion": 3, "packages": {"": {"dependencies": libraries}, **packages}})  # fmt: skip
    yield _data(f"{folder}tsconfig.json", {"compilerOptions": {"outDir": "dist", "rootDir": "src", "strict": True}})
    yield _file(f"{folder}Dockerfile", "FROM node:20-alpine", "WORKDIR /app", "COPY . .", "RUN npm ci && npm run build", "EXPOSE 3000",
                'CMD ["node", "dist/server.js"]')  # fmt: skip
    yield _file(f"{folder}src/config.ts", "import { z } from 'zod';", "const schema = z.object({ PORT: z.coerce.number().default(3000),",
                "  DATABASE_URL: z.string().url() });", "export const config = schema.parse(process.env);")  # fmt: skip
    yield _file(f"{folder}src/server.ts", "import express from 'express';", "import { config } from './config';",
                "import { routes as first } from './routes/r6';", "const app = express();", "app.use('/api', first);",
                "app.get('/health', (req, res) => res.json({ ok: true }));", "app.listen(config.PORT);")  # fmt: skip
    for n in itertools.count(6):
        route = n % 12 == 6
        body = [line for _ in range(dice.randint(4, 14)) for line in _typescript(dice, route)]
        head = ("import { Router } from 'express';", "export const routes = Router();") if route else ("import { pool } from '../db';",)
        place = f"src/routes/r{n}.ts" if route else (f"src/domain/m{n}.ts", f"src/services/s{n}.ts", f"test/t{n}.test.ts")[n % 3]
        yield prose(f"{folder}docs/{n}.md", dice) if n % 25 == 9 else _file(folder + place, *head, "", *body)


def _typescript(dice: random.Random, route: bool) -> list[str]:
    noun, verb, n = dice.choice(_NOUNS), dice.choice(_VERBS), dice.randint(1, 999)
    if route:
        return [f"routes.get('/{noun}s/:id/{verb}{n}', async (req, res) => {{", f"  const {noun} = Number(req.params.id) + {n};",
                f"  res.json({{ {noun}, kind: '{verb}' }});", "});", ""]  # fmt: skip
    return [f"/** {_sentence(dice)} */", f"export async function {verb}{noun.title()}{n}(id: number, limit = {n}): Promise<number[]> {{",
            f"  const found = Array.from({{ length: id }}, (_, at) => at).filter((at) => at % {n % 7 + 2} === 0);",
            f"  if (found.length === 0) throw new Error(`no {noun} for ${{id}}`);",
            f"  const total = found.reduce((sum, {noun}) => sum + {noun}, 0);", "  return total > limit ? found.slice(0, limit) : found;",
            "}", ""]  # fmt: skip


def golang(folder: str, name: str, files: int, dice: random.Random) -> Iterator[File]:
    """Yield a Go service with packages, tests and a vendored folder."""
    module = f"example.org/platform/{name}"
    yield _file(f"{folder}go.mod", f"module {module}", "", "go 1.22", "", "require (", "\tgithub.com/go-chi/chi/v5 v5.1.0",
                "\tgithub.com/jackc/pgx/v5 v5.6.0", ")")  # fmt: skip
    yield _file(f"{folder}go.sum", *(f"example.org/{p} v1.2.3 h1:{_digest(dice)}" for p in _PACKAGES))
    yield _file(f"{folder}Dockerfile", "FROM golang:1.22 AS build", "WORKDIR /src", "COPY . .", "RUN go build -o /api ./cmd/api",
                "FROM gcr.io/distroless/static", "COPY --from=build /api /api", "EXPOSE 8080", 'ENTRYPOINT ["/api"]')  # fmt: skip
    yield _file(f"{folder}cmd/api/main.go", "package main", "", "import (", '\t"net/http"', '\t"os"', "",
                '\t"github.com/go-chi/chi/v5"', ")", "", "func main() {", "\trouter := chi.NewRouter()",
                '\trouter.Get("/healthz", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(200) })',
                '\t_ = os.Getenv("DATABASE_URL")', '\t_ = http.ListenAndServe(":8080", router)', "}")  # fmt: skip
    for n in itertools.count(4):
        part = f"m{n % 14}"
        body = [line for _ in range(dice.randint(4, 14)) for line in _go(dice, n)]
        if n % 8 == 7:
            yield _file(f"{folder}vendor/github.com/other/{part}/f{n}.go", f"package {part}", 'import "errors"', "", *body)
        else:
            test = "_test" if n % 5 == 0 else ""
            yield _file(f"{folder}internal/{part}/f{n}{test}.go", f"package {part}", "", 'import "errors"', "", *body)


def _go(dice: random.Random, file: int) -> list[str]:
    noun, verb, n = dice.choice(_NOUNS), dice.choice(_VERBS), dice.randint(1, 99_999)
    return [f"// {verb.title()}{noun.title()}{file}x{n}: {_sentence(dice)}",
            f"func {verb.title()}{noun.title()}{file}x{n}(id int) ([]int, error) {{",
            "\tvar found []int", "\tfor at := 0; at < id; at++ {", f"\t\tif at%{n % 7 + 2} == 0 {{", "\t\t\tfound = append(found, at)",
            "\t\t}",
            "\t}", "\tif len(found) == 0 {", f'\t\treturn nil, errors.New("no {noun}")', "\t}", "\treturn found, nil", "}", ""]  # fmt: skip


def spring(folder: str, name: str, files: int, dice: random.Random) -> Iterator[File]:
    """Yield a Spring Boot service with controllers, services, SQL migrations and tests."""
    chosen = [line for a in ("web", "data-jpa", "actuator") for line in ("    <dependency>",
              "      <groupId>org.springframework.boot</groupId>",
              f"      <artifactId>spring-boot-starter-{a}</artifactId>", "    </dependency>")]  # fmt: skip
    yield _file(f"{folder}pom.xml", '<project xmlns="http://maven.apache.org/POM/4.0.0">', "  <modelVersion>4.0.0</modelVersion>",
                "  <parent>", "    <groupId>org.springframework.boot</groupId>", "    <artifactId>spring-boot-starter-parent</artifactId>",
                "    <version>3.3.2</version>", "  </parent>", "  <groupId>org.example</groupId>", f"  <artifactId>{name}</artifactId>",
                "  <properties><java.version>21</java.version></properties>", "  <dependencies>", *chosen, "  </dependencies>",
                "</project>")  # fmt: skip
    yield _file(f"{folder}Dockerfile", "FROM eclipse-temurin:21-jre", "COPY target/app.jar /app.jar",
                'ENTRYPOINT ["java", "-jar", "/app.jar"]')  # fmt: skip
    yield _file(f"{folder}src/main/resources/application.yml", "server:", "  port: 8081", "spring:", "  datasource:",
                "    url: ${DATABASE_URL:jdbc:postgresql://localhost/app}")  # fmt: skip
    yield _file(f"{folder}src/main/java/org/example/Application.java", "package org.example;", "",
                "import org.springframework.boot.SpringApplication;",
                "import org.springframework.boot.autoconfigure.SpringBootApplication;", "",
                "@SpringBootApplication", "public class Application {",
                "    public static void main(String[] args) { SpringApplication.run(Application.class, args); }", "}")  # fmt: skip
    for n in itertools.count(4):
        tree, part = ("test", "check") if n % 5 == 0 else ("main", ("web", "domain", "service")[n % 3])
        body = [line for _ in range(dice.randint(3, 10)) for line in _java(dice, part == "web")]
        mark = ["import org.springframework.web.bind.annotation.*;", "", "@RestController"] if part == "web" else []
        if n % 30 == 7:
            yield _file(f"{folder}src/main/resources/db/migration/V{n}__step.sql", f"CREATE TABLE t{n} (id bigint PRIMARY KEY, name text);")
        else:
            yield _file(f"{folder}src/{tree}/java/org/example/{part}/C{n}.java", f"package org.example.{part};", "", *mark,
                        f"public class C{n} {{", *body, "}")  # fmt: skip


def _java(dice: random.Random, route: bool) -> list[str]:
    noun, verb, n = dice.choice(_NOUNS), dice.choice(_VERBS), dice.randint(1, 99_999)
    mark = [f'    @GetMapping("/{noun}s/{verb}{n}")'] if route else []
    return [f"    /** {_sentence(dice)} */", *mark, f"    public long {verb}{noun.title()}{n}(long id, long limit) {{",
            "        long total = 0;",
            f"        for (long at = 0; at < id; at++) {{ if (at % {n % 7 + 2} == 0) {{ total += at; }} }}",
            f'        if (total == 0) {{ throw new IllegalStateException("no {noun}"); }}', "        return Math.min(total, limit);",
            "    }",
            ""]  # fmt: skip


def react(folder: str, name: str, files: int, dice: random.Random) -> Iterator[File]:
    """Yield a React front end with components, styles, translations and pictures."""
    libraries = {"react": "^18.3.1", "react-dom": "^18.3.1"}
    yield _data(f"{folder}package.json", {"name": name, "private": True, "scripts": {"dev": "vite", "build": "vite build"},
                "dependencies": libraries, "devDependencies": {"vite": "^5.4.0", "typescript": "^5.5.4"}})  # fmt: skip
    yield _file(f"{folder}index.html", "<!doctype html>", '<div id="root"></div>', '<script type="module" src="/src/main.tsx"></script>')
    yield _file(f"{folder}vite.config.ts", "import { defineConfig } from 'vite';", "export default defineConfig({});")
    yield _file(f"{folder}src/main.tsx", "import { createRoot } from 'react-dom/client';", "createRoot(document.body).render(<p>shop</p>);")
    for n in itertools.count(4):
        kind = n % 10
        if kind < 5:
            body = [line for _ in range(dice.randint(2, 8)) for line in _component(dice, n)]
            yield _file(f"{folder}src/components/g{n % 17}/C{n}.tsx", "import { useState } from 'react';", "", *body)
        elif kind < 7:
            rules = range(dice.randint(10, 40))
            lines = [f".{dice.choice(_NOUNS)}-{k} {{ margin: {k}px; color: #{dice.getrandbits(24):06x}; }}" for k in rules]
            yield _file(f"{folder}src/components/g{n % 17}/C{n}.module.css", *lines)
        elif kind == 7:
            yield _data(f"{folder}src/locales/l{n}.json", {f"{dice.choice(_NOUNS)}.{k}": _sentence(dice) for k in range(30)})
        elif kind == 8:
            yield picture(f"{folder}public/img/p{n}.png", dice)
        else:
            body = [line for _ in range(dice.randint(4, 14)) for line in _typescript(dice, False)]
            yield _file(f"{folder}src/lib/l{n}.ts", *body)


def _component(dice: random.Random, file: int) -> list[str]:
    noun, verb, n = dice.choice(_NOUNS), dice.choice(_VERBS), dice.randint(1, 99_999)
    title = f"{verb.title()}{noun.title()}{file}x{n}"
    return [f"export function {title}({{ id, onDone }}: {{ id: number; onDone: () => void }}) {{",
            f"  const [{noun}, change] = useState({n});", "  return (",
            f'    <section className="{noun}" onClick={{() => change({noun} + id)}}>',
            f"      <h2>{_sentence(dice)}</h2>", f"      <button onClick={{onDone}}>{verb} {{{noun}}}</button>", "    </section>", "  );",
            "}", ""]  # fmt: skip
