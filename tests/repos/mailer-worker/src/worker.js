import { Worker } from "bullmq";
import IORedis from "ioredis";
import nodemailer from "nodemailer";
import pino from "pino";
import { config } from "./config.js";

const log = pino({ level: config.level });
const connection = new IORedis({ ...config.redis, maxRetriesPerRequest: null });
const transport = nodemailer.createTransport(config.smtp.url);

const worker = new Worker(
  "mail",
  async (job) => transport.sendMail({ from: config.smtp.from, to: job.data.to, subject: job.data.subject, text: job.data.text }),
  { connection, concurrency: config.concurrency },
);
worker.on("failed", (job, error) => log.error({ id: job?.id, error }, "mail failed"));

process.on("SIGTERM", async () => {
  await worker.close();
  process.exit(0);
});
