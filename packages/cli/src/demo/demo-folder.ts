import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StartFault } from "@vestibule/server";

/**
 * Claims the demonstration's folder for this process. A run that was killed leaves a claim of a
 * process that is gone, which blocks nobody.
 *
 * @throws StartFault when another demo is at work there.
 */
export function claimDemoFolder(data: string): () => void {
  const path = join(data, "demo.pid");
  const holder = existsSync(path) ? Number(readFileSync(path, "utf8")) : 0;
  if (holder > 1 && holder !== process.pid && isDemo(holder)) {
    throw new StartFault(
      `A demo (process ${holder}) is at work in ${data}. Stop it, or choose another folder: npm start -- --data FOLDER --port 8700`,
    );
  }
  writeFileSync(path, String(process.pid), { mode: 0o600 });
  return () => rmSync(path, { force: true });
}

/** The number may by now be another program's. */
function isDemo(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("demo");
  } catch {
    return false;
  }
}
