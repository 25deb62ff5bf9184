import { Router } from "express";
import { prisma } from "../db.js";

export const products = Router();

products.get("/", async (_request, response) => {
  response.json(await prisma.product.findMany({ orderBy: { id: "asc" } }));
});

products.get("/:sku", async (request, response) => {
  const found = await prisma.product.findUnique({ where: { sku: request.params.sku } });
  if (!found) return response.status(404).json({ error: "no such product" });
  response.json(found);
});
