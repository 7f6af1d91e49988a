import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StartFault, systemCode } from "../platform/start-fault.ts";

const fileName = "server-secret";

/**
 * The secret that signs cookies and challenges: made at the first start, mode 0600, the same for
 * every process with this keys folder.
 *
 * @throws StartFault when it cannot be read or made.
 */
export function hostSecret(keysFolder: string): string {
  const path = join(keysFolder, fileName);
  try {
    mkdirSync(keysFolder, { recursive: true, mode: 0o700 });
    const draft = `${path}.${randomBytes(6).toString("hex")}`;
    writeFileSync(draft, randomBytes(32).toString("base64url"), { mode: 0o600 });
    try {
      // A link fails where the name is taken: of two first starts one wins, whole.
      linkSync(draft, path);
    } catch (error) {
      if (systemCode(error) !== "EEXIST") throw error;
    } finally {
      rmSync(draft);
    }
    const secret = readFileSync(path, "utf8").trim();
    if (secret.length >= 32) return secret;
  } catch (cause) {
    throw new StartFault(
      `The keys folder ${keysFolder} cannot be written or read; check who owns it.`,
      {
        cause,
      },
    );
  }
  throw new StartFault(
    `${path} is too short to be a secret; remove it (people sign in again then).`,
  );
}
