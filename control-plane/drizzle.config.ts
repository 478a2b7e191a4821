/** `npx drizzle-kit generate` writes a migration from the difference between the schema and the last migration. */
import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: [
    "./src/store/schema.ts",
    "./src/store/schema-identity.ts",
    "./src/store/schema-benchmark.ts",
    "./src/store/schema-registry.ts",
    "./src/store/schema-workbench.ts",
  ],
  out: "./src/store/migrations",
});
