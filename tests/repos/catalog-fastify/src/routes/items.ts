import type { FastifyInstance } from "fastify";
import { Item } from "../models.js";

export async function items(app: FastifyInstance): Promise<void> {
  app.get("/items", async () => Item.find().sort({ name: 1 }).lean());
  app.get<{ Params: { id: string } }>("/items/:id", async (request, reply) => {
    const found = await Item.findById(request.params.id).lean();
    return found ?? reply.code(404).send({ error: "no such item" });
  });
  app.get("/feed", { websocket: true }, (socket) => {
    socket.send(JSON.stringify({ hello: "catalog" }));
  });
}
