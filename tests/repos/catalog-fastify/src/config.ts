export const config = {
  mongo: process.env.MONGODB_URI ?? "mongodb://127.0.0.1:27017/catalog",
  port: Number(process.env.PORT ?? 8080),
  host: process.env.HOST ?? "127.0.0.1",
  origins: (process.env.CORS_ORIGINS ?? "").split(",").filter(Boolean),
  adminToken: process.env.ADMIN_TOKEN,
};
