import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();
await prisma.product.upsert({ where: { sku: "tea" }, update: {}, create: { sku: "tea", name: "Tea", cents: 450 } });
await prisma.$disconnect();
