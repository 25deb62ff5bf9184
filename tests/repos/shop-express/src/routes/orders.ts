import { Router } from "express";
import jwt from "jsonwebtoken";
import { z } from "zod";
import { config } from "../config.js";
import { prisma } from "../db.js";

export const orders = Router();
const wanted = z.object({ email: z.string().email(), lines: z.array(z.object({ productId: z.number(), count: z.number() })) });

orders.post("/", async (request, response) => {
  const { email, lines } = wanted.parse(request.body);
  const order = await prisma.order.create({ data: { email, lines: { create: lines } } });
  const token = jwt.sign({ order: order.id }, config.JWT_SECRET, { expiresIn: config.JWT_EXPIRES_IN });
  response.status(201).json({ id: order.id, token });
});
