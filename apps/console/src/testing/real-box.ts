import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { loadBoxKeys, makeClaim, openBoxStore, writeSecret } from "@vestibule/controller";
import { startStrikeProcess } from "@vestibule/controller/testing";
import { encodeBase64url, uidHashOf } from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import type { ConsoleWorld } from "./console-world.ts";

const controllerMain = resolve(import.meta.dirname, "../../../../packages/controller/src/main.ts");

/** A real box: controller and strike as processes of their own, fresh from its maker. */
export interface RealBox {
  readonly ctl: string;
  /** What is printed on the card inside it. */
  readonly card: string;
  /** The number of its sticker, as a person reads it. */
  readonly sticker: string;
  /** The building it has pinned. Only once it is switched off. */
  readonly pinned: () => string | undefined;
  /** Whether its card still counts. */
  readonly hasClaim: () => boolean;
  readonly switchOff: () => Promise<void>;
  readonly end: () => Promise<void>;
}

/** Switches a fresh box on; it connects to the world's host. */
export async function startRealBox(
  { origin, boxUrl }: ConsoleWorld,
  ent: string,
): Promise<RealBox> {
  const folder = mkdtempSync(join(tmpdir(), "vestibule-realbox-"));
  const keys = loadBoxKeys(folder);
  const card = makeClaim(folder);
  const uid = randomBytes(7);
  const tag = {
    ent,
    uidHash: uidHashOf(nodeCrypto(), uid),
    metaReadKey: encodeBase64url(randomBytes(16)),
    fileReadKey: encodeBase64url(randomBytes(16)),
  };
  writeSecret(join(folder, "tags.json"), JSON.stringify([tag]));
  const strike = await startStrikeProcess({ sensing: "contact" });
  const secret = join(folder, "strike.secret");
  writeFileSync(secret, Buffer.from(strike.secret).toString("hex"), { mode: 0o600 });
  const config = join(folder, "box.json");
  const entry = { kind: "virtual", listen: strike.listen, secret, sensing: "contact" };
  writeSecret(
    config,
    JSON.stringify({ folder, url: boxUrl, server: origin, strikes: { [ent]: entry } }),
  );
  const child = spawn(process.execPath, [controllerMain, "--config", config, "--tied"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const gone = new Promise<void>((ended) => child.once("exit", () => ended()));
  const switchOff = async () => {
    child.kill("SIGTERM");
    await gone;
  };
  await new Promise<void>((ready, failed) => {
    child.once("exit", (code) => failed(new Error(`the box ended with ${code}`)));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (text.includes('"ready":true')) ready();
    });
  });
  return {
    ctl: keys.signer.kid,
    card,
    sticker: (uid.toString("hex").toUpperCase().match(/../g) ?? []).join(":"),
    pinned: () => {
      const store = openBoxStore(nodeCrypto(), join(folder, "box.sqlite"));
      try {
        return store.setting("bld");
      } finally {
        store.close();
      }
    },
    hasClaim: () => existsSync(join(folder, "claim.json")),
    switchOff,
    end: async () => {
      await switchOff();
      await strike.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
