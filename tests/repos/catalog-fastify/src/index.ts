import cors from "@fastify/cors";
import websocket from "@fastify/websocket";
import Fastify from "fastify";
import mongoose from "mongoose";
import { config } from "./config.js";
import { items } from "./routes/items.js";

const app = Fastify({ logger: true });
await app.register(cors, { origin: config.origins });
await app.register(websocket);
app.get("/status", async () => ({ database: mongoose.connection.readyState }));
await app.register(items, { prefix: "/api/v2" });

await mongoose.connect(config.mongo);
await app.listen({ port: config.port, host: config.host });
