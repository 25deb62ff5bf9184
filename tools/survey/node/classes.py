"""Name the libraries that serve requests or run tasks, in the order in which they name a program."""

from __future__ import annotations

from typing import Final

WEB: Final[tuple[tuple[str, str], ...]] = (  # library -> framework; earlier wins where several are loaded
    ("@nestjs/core", "nestjs"), ("next", "next"), ("nuxt", "nuxt"), ("@remix-run/serve", "remix"), ("@remix-run/node", "remix"),
    ("@remix-run/express", "remix"), ("@react-router/serve", "react-router"), ("@react-router/node", "react-router"),
    ("@react-router/express", "react-router"), ("@sveltejs/kit", "sveltekit"), ("@tanstack/react-start", "tanstack-start"),
    ("@tanstack/start", "tanstack-start"), ("@solidjs/start", "solid-start"), ("@builder.io/qwik-city", "qwik-city"), ("astro", "astro"),
    ("@analogjs/platform", "analog"), ("@angular/ssr", "angular"), ("fresh", "fresh"), ("$fresh", "fresh"), ("@fresh/core", "fresh"),
    ("@adonisjs/core", "adonisjs"), ("@strapi/strapi", "strapi"), ("strapi", "strapi"), ("@medusajs/medusa", "medusa"),
    ("@medusajs/framework", "medusa"), ("@keystone-6/core", "keystone"), ("payload", "payload"), ("directus", "directus"),
    ("@redwoodjs/api", "redwoodjs"), ("@feathersjs/feathers", "feathers"), ("@loopback/core", "loopback"), ("@loopback/rest", "loopback"),
    ("loopback", "loopback"), ("sails", "sails"), ("meteor", "meteor"), ("@tsed/common", "tsed"), ("@foal/core", "foalts"),
    ("@marblejs/core", "marblejs"), ("moleculer", "moleculer"), ("egg", "egg"), ("@midwayjs/core", "midway"), ("@midwayjs/koa", "midway"),
    ("probot", "probot"), ("routing-controllers", "express"), ("fastify", "fastify"), ("@hapi/hapi", "hapi"), ("hapi", "hapi"), ("koa", "koa"),
    ("hono", "hono"), ("@hono/node-server", "hono"), ("elysia", "elysia"), ("oak", "oak"), ("@oak/oak", "oak"), ("restify", "restify"),
    ("polka", "polka"), ("micro", "micro"), ("h3", "h3"), ("nitropack", "nitro"), ("hyper-express", "hyper-express"),
    ("ultimate-express", "ultimate-express"), ("tinyhttp", "tinyhttp"), ("@tinyhttp/app", "tinyhttp"), ("uWebSockets.js", "uwebsockets"),
    ("express", "express"), ("@apollo/server", "apollo-server"), ("apollo-server", "apollo-server"), ("graphql-yoga", "graphql-yoga"),
    ("mercurius", "fastify"), ("connect", "connect"), ("@slack/bolt", "bolt"), ("@grpc/grpc-js", "grpc"), ("grpc", "grpc"),
    ("@google-cloud/functions-framework", "functions-framework"), ("json-server", "json-server"), ("parse-server", "parse-server"),
    ("@colyseus/core", "colyseus"), ("colyseus", "colyseus"), ("peer", "peerjs"), ("socket.io", "socket.io"), ("ws", "ws"),
)
TASKS: Final[tuple[tuple[str, str], ...]] = (
    ("bullmq", "bullmq"), ("bull", "bull"), ("@nestjs/bullmq", "bullmq"), ("@nestjs/bull", "bull"), ("agenda", "agenda"),
    ("@hokify/agenda", "agenda"), ("bee-queue", "bee-queue"), ("graphile-worker", "graphile-worker"), ("pg-boss", "pg-boss"),
    ("@temporalio/worker", "temporal"), ("node-cron", "node-cron"),
)
CLIENT_LIBRARIES: Final = frozenset({"@grpc/grpc-js", "grpc", "ws", "astro", "socket.io", "connect", "micro", "peer"})
FRONT: Final[tuple[tuple[str, str], ...]] = (
    ("@angular/core", "angular"), ("gatsby", "gatsby"), ("@docusaurus/core", "docusaurus"), ("vitepress", "vitepress"), ("expo", "expo"),
    ("react-native", "react-native"), ("astro", "astro"), ("@sveltejs/kit", "sveltekit"), ("svelte", "svelte"), ("solid-js", "solid"),
    ("@builder.io/qwik", "qwik"), ("preact", "preact"), ("lit", "lit"), ("ember-source", "ember"), ("vue", "vue"), ("next", "next"),
    ("react", "react"), ("@vue/cli-service", "vue"), ("alpinejs", "alpine"), ("vite", "vite"), ("parcel", "parcel"), ("webpack", "webpack"),
)
FULL_STACK: Final[dict[str, tuple[str, int | None]]] = {  # framework -> (documented start, its default port)
    "next": ("next start", 3000), "nuxt": ("node .output/server/index.mjs", 3000), "remix": ("remix-serve ./build/server/index.js", 3000),
    "react-router": ("react-router-serve ./build/server/index.js", 3000), "sveltekit": ("node build", 3000),
    "astro": ("node ./dist/server/entry.mjs", 4321), "tanstack-start": ("node .output/server/index.mjs", 3000),
    "solid-start": ("node .output/server/index.mjs", 3000), "analog": ("node dist/analog/server/index.mjs", 3000),
    "qwik-city": ("node server/entry.express", 3000), "adonisjs": ("node bin/server.js", 3333), "strapi": ("strapi start", 1337),
    "medusa": ("medusa start", 9000), "keystone": ("keystone start", 3000), "directus": ("directus start", 8055), "fresh": ("deno run -A main.ts", 8000),
    "sails": ("node app.js", 1337), "probot": ("probot run ./index.js", 3000), "json-server": ("json-server db.json", 3000),
    "payload": ("next start", 3000), "redwoodjs": ("rw serve", 8910), "vinxi": ("vinxi start", 3000),
}
