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
    // On two cores: half of the tests' time is waiting for doors, starts and kills.
    maxWorkers: 3,
    reporters: ["default", "./tools/plain-summary-reporter.ts"],
    // Bounds for what hangs, never for what is slow: nothing is asserted by them.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
