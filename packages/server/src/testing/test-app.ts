import type pg from "pg";
import type { Logger } from "pino";
import { readConfig } from "../config.ts";
import { createAuthentication } from "../people/authentication.ts";
import { type Databases, openDatabases } from "../platform/database.ts";
import { type BuiltApp, buildApp, type Feature } from "../platform/http/app.ts";
import { createLogger } from "../platform/http/log.ts";
import { openPool } from "../platform/pool.ts";
import { roleUrl } from "../platform/roles.ts";
import { type TestDatabase, testDatabase } from "./test-database.ts";

/** Where the tests' console lives. */
export const testConsoleOrigin = "http://console.localhost:8080";
/** Where the tests' driver app lives. */
export const testDriverOrigin = "http://driver.localhost:8080";

/** A whole server on a database of its own; requests go in by `app.inject`. */
export interface TestApp extends BuiltApp {
  readonly test: TestDatabase;
  readonly databases: Databases;
  /** Connections of the role `vestibule_auth`. */
  readonly pool: pg.Pool;
  /** Sets the clock forward, in ms. */
  readonly advance: (ms: number) => void;
  readonly now: () => number;
  readonly close: () => Promise<void>;
}

/** Builds a server for one test file. */
export async function testApp({
  features = [],
  logger = createLogger("silent"),
}: {
  /** Or what makes them, where they need the database's address. */
  readonly features?: readonly Feature[] | ((test: TestDatabase) => readonly Feature[]);
  readonly logger?: Logger;
} = {}): Promise<TestApp> {
  const test = await testDatabase();
  const databases = await openDatabases(test.ownerUrl);
  const pool = openPool({
    url: roleUrl(test.ownerUrl, "vestibule_auth"),
    schema: "auth",
    connectionsMax: 4,
  });
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;
  const config = readConfig({ PUBLIC_URL: testConsoleOrigin, DRIVER_ORIGIN: testDriverOrigin });
  const authentication = createAuthentication({
    pool,
    secret: "a secret for tests, 32 characters or more",
    consoleOrigin: testConsoleOrigin,
    now,
  });
  const built = await buildApp({
    config,
    databases,
    authentication,
    pool,
    now,
    logger,
    features: typeof features === "function" ? features(test) : features,
  });
  const close = async () => {
    await built.app.close();
    await pool.end();
    await databases.close();
    await test.drop();
  };
  return {
    ...built,
    test,
    databases,
    pool,
    now,
    advance: (ms) => {
      aheadMs += ms;
    },
    close,
  };
}
