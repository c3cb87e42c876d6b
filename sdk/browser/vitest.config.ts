import { defineConfig } from "vitest/config";

export default defineConfig({
  define: { VERSION: '"1.2.3"' },
  test: { environment: "node", include: ["tests/**/*.test.ts"] },
});
