import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabases } from "./database.ts";
import { migrate } from "./migrate.ts";
import { clusterPasswords } from "./postgres/cluster-folder.ts";
import { type SupervisedPostgres, startPostgres } from "./postgres/supervisor.ts";
import { queryRoles } from "./roles.ts";

// Roles belong to a whole cluster: this file gives them powers, so it has one of its own.
let folder: string;
let postgres: SupervisedPostgres;
let superuser: pg.Client;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vestibule-roles-"));
  chmodSync(folder, 0o755);
  postgres = await startPostgres({ dataFolder: folder, durable: false });
  await migrate(postgres.ownerUrl);
  const url = new URL(postgres.ownerUrl);
  url.username = "vestibule_bootstrap";
  url.password = clusterPasswords(folder).bootstrap;
  superuser = new pg.Client({ connectionString: url.href });
  await superuser.connect();
});
afterAll(async () => {
  await superuser?.end();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("a server", () => {
  const powers = ["superuser", "bypassrls", "createrole"] as const;
  it.each(queryRoles.flatMap((role) => powers.map((power) => [role, power] as const)))(
    "does not start where %s has %s",
    async (role, power) => {
      await superuser.query(`alter role ${role} ${power}`);
      await expect(openDatabases(postgres.ownerUrl)).rejects.toThrow(
        new RegExp(`The role ${role}`),
      );
      await superuser.query(`alter role ${role} no${power}`);
      const databases = await openDatabases(postgres.ownerUrl);
      await databases.close();
    },
  );
});
