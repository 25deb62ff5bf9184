import cors from "cors";
import express from "express";
import rateLimit from "express-rate-limit";
import helmet from "helmet";
import pino from "pino";
import { config } from "./config.js";
import { prisma } from "./db.js";
import { orders } from "./routes/orders.js";
import { products } from "./routes/products.js";

const log = pino();
const app = express();
app.use(helmet());
app.use(cors({ origin: config.CORS_ORIGIN }));
app.use(rateLimit({ windowMs: 60_000, limit: 300 }));
app.use(express.json());

app.get("/health", async (_request, response) => {
  await prisma.$queryRaw`select 1`;
  response.json({ status: "ok" });
});
app.use("/api/products", products);
app.use("/api/orders", orders);

app.listen(config.PORT, () => log.info({ port: config.PORT }, "listening"));
