import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/src/**/*.test.{ts,tsx}", "apps/*/src/**/*.test.{ts,tsx}", "tests/**/*.test.ts", "tools/**/*.test.ts"],
    maxWorkers: 2,
    reporters: ["default", "./tools/plain-summary-reporter.ts"],
    testTimeout: 20_000,
  },
});
