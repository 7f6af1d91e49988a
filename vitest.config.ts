import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "packages/*/src/**/*.test.{ts,tsx}",
      "apps/*/src/**/*.test.{ts,tsx}",
      "tests/**/*.test.ts",
      "tools/**/*.test.ts",
    ],
    // Starts nothing by itself: the first test that asks for a database starts PostgreSQL.
    globalSetup: ["./packages/server/src/testing/global-setup.ts"],
    maxWorkers: 2,
    reporters: ["default", "./tools/plain-summary-reporter.ts"],
    testTimeout: 20_000,
  },
});
