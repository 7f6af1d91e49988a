import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { stopServer } from "../platform/postgres/running-server.ts";

/**
 * Names a folder for the run's PostgreSQL, which {@link testDatabase} starts when a test first needs
 * it; a run of pure tests starts none. Afterwards it is stopped and the folder is gone.
 */
export function setup(project: TestProject): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "vestibule-tests-"));
  chmodSync(folder, 0o755);
  project.provide("testServerFolder", folder);
  return async () => {
    const address = join(folder, "address");
    if (existsSync(address)) {
      const pid = Number(readFileSync(address, "utf8").split("\n")[0]);
      if (pid > 1) await stopServer(pid);
    }
    rmSync(folder, { recursive: true, force: true });
  };
}
