function need(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

export const config = {
  redis: { host: need("REDIS_HOST"), port: Number(process.env.REDIS_PORT ?? 6379), password: process.env.REDIS_PASSWORD },
  smtp: { url: need("SMTP_URL"), from: need("MAIL_FROM") },
  concurrency: Number(process.env.CONCURRENCY ?? 5),
  level: process.env.LOG_LEVEL ?? "info",
};
