import { join } from "node:path";
import { claimFolder } from "@vestibule/server/beside";

/**
 * Claims the demonstration's folder for this process. A run that was killed leaves a claim of a
 * process that is gone, which blocks nobody, whoever has its number by now.
 *
 * @throws StartFault when another demo is at work there.
 */
export function claimDemoFolder(data: string): () => void {
  return claimFolder(
    join(data, "demo.pid"),
    (pid) =>
      `A demo (process ${pid}) is at work in ${data}. Stop it, or choose another folder: npm start -- --data FOLDER --port 8700`,
  );
}
