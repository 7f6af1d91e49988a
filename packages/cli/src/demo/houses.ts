import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  loadBoxKeys,
  makeClaim,
  strikeKey,
  type VirtualDoor,
  virtualDoor,
  writeSecret,
} from "@vestibule/controller";
import { encodeBase64url, uidHashOf } from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import { type Child, superviseChild } from "./children.ts";
import { matterDoor, matterEntry, startMatterLock } from "./matter-door.ts";
import type { StreetDoor } from "./street-doors.ts";
import { readTagFile, type StoredTag } from "./tags/tag-file.ts";
import { type Town, town } from "./town.ts";

const controllerMain = join(import.meta.dirname, "../../../controller/src/main.ts");
const strikeMain = join(import.meta.dirname, "../../../controller/src/strikes/virtual/main.ts");
/** How long a child may take to come up, in ms; generous, since a first start shares two cores with initdb. */
const readyMsMax = 30_000;
/** Somebody pulls the door at each release after this long, and lets it fall shut later, in ms. */
const pulledAfterMs = 900;
const openForMs = 2_600;
/** A demonstration shows a held door before anybody walks away. */
const heldOpenMinutes = 0.5;

/** One door of the demonstration: its box, its strike, its sticker. */
export interface DemoBox {
  readonly house: Town;
  readonly box: Town["boxes"][number];
  /** Names its folder, its tag and its door in the picture: `house-12-lobby`. */
  readonly name: string;
  readonly folder: string;
  readonly ctl: string;
  readonly seal: string;
  readonly uidHash: string;
}

/** Makes (or finds) keys, claim, sticker and strike secret of every door. */
export function prepareBoxes(data: string): readonly DemoBox[] {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const tags = prepareTags(join(data, "tags.json"));
  return town.flatMap((house) =>
    house.boxes.map((box) => {
      const name = `${house.id}-${box.ent}`;
      const folder = join(data, "boxes", name);
      const tag = tags.find((candidate) => candidate.name === name);
      if (tag === undefined)
        throw new Error(`${name} has no sticker; delete the demo's data folder to begin anew`);
      const keys = loadBoxKeys(folder);
      const uidHash = uidHashOf(nodeCrypto(), Buffer.from(tag.uid, "hex"));
      if (!existsSync(join(folder, "tags.json"))) {
        writeSecret(
          join(folder, "tags.json"),
          JSON.stringify([
            {
              ent: box.ent,
              uidHash,
              metaReadKey: fromHex(tag.metaReadKey),
              fileReadKey: fromHex(tag.fileReadKey),
            },
          ]),
        );
        writeSecret(join(folder, "strike.secret"), randomBytes(32).toString("hex"));
        makeClaim(folder);
      }
      return {
        house,
        box,
        name,
        folder,
        ctl: keys.signer.kid,
        seal: keys.seal.publicText,
        uidHash,
      };
    }),
  );
}

/** The stickers' own keys: random per tag, no master. */
function prepareTags(path: string): readonly StoredTag[] {
  if (!existsSync(path)) {
    const tags = town.flatMap((house) =>
      house.boxes.map((box) => ({
        name: `${house.id}-${box.ent}`,
        uid: randomBytes(7).toString("hex"),
        metaReadKey: randomBytes(16).toString("hex"),
        fileReadKey: randomBytes(16).toString("hex"),
        counter: 0,
      })),
    );
    writeSecret(path, JSON.stringify(tags));
  }
  return readTagFile(path);
}

function fromHex(text: string): string {
  return encodeBase64url(Buffer.from(text, "hex"));
}

/** The card inside a box, as long as no building has adopted it. */
export function claimOf(box: DemoBox): string | undefined {
  const path = join(box.folder, "claim.json");
  if (!existsSync(path)) return undefined;
  const value: unknown = JSON.parse(readFileSync(path, "utf8"));
  const claim: unknown =
    typeof value === "object" && value !== null ? Reflect.get(value, "claim") : undefined;
  return typeof claim === "string" ? claim : undefined;
}

/** A door's two processes and the picture's view of it. */
export interface RunningBox {
  readonly demo: DemoBox;
  readonly strike: Child;
  readonly controller: Child;
  readonly street: StreetDoor;
}

/** The host that a box speaks to; before it is up, a box would only knock in vain. */
export interface BoxHost {
  readonly url: string;
  readonly server: string;
  readonly ready: Promise<unknown>;
}

/** Starts the strike first, then the box that drives it. */
export async function startBox(
  demo: DemoBox,
  { ready, ...host }: BoxHost,
  start: BoxStart,
): Promise<RunningBox> {
  const { folder, box, name } = demo;
  const { matter, onLog, signal, onStarted } = start;
  const { strike, entry, door } =
    matter === undefined ? startVirtual(demo, start) : startMatter(demo, matter, start);
  onStarted(strike.stop);
  const configFile = join(folder, "box.json");
  const strikes = { [box.ent]: entry };
  writeSecret(configFile, JSON.stringify({ folder, ...host, heldOpenMinutes, strikes }));
  await Promise.all([strike.ready, ready]);
  const controller = superviseChild({
    name: `box ${name}`,
    args: [controllerMain, "--config", configFile, "--tied"],
    // A Matter lock is commissioned before its box is ready.
    readyMsMax: matter === undefined ? readyMsMax : 2 * readyMsMax,
    onLog,
    signal,
  });
  onStarted(controller.stop);
  await controller.ready;
  const { kind, label, sensing } = box;
  const kindOf = matter === undefined ? "virtual" : "matter";
  const view = door();
  onStarted(async () => view.close());
  return {
    demo,
    strike,
    controller,
    street: { id: name, label, kind, sensing, strike: kindOf, door: view },
  };
}

/** How a door's two processes are started. */
export interface BoxStart {
  /** The network interface of a Matter lock; undefined = a virtual strike. */
  readonly matter: string | undefined;
  readonly onLog: (line: string) => void;
  readonly signal: AbortSignal;
  /** Told of each thing that was started, with how to stop it. */
  readonly onStarted: (stop: () => Promise<unknown>) => void;
}

interface StartedStrike {
  readonly strike: Child;
  /** What the box's configuration says of it. */
  readonly entry: object;
  /** Opens the picture's view of it, once it is ready. */
  readonly door: () => VirtualDoor;
}

function startVirtual({ folder, box, name }: DemoBox, { onLog, signal }: BoxStart): StartedStrike {
  const listen = join(folder, "strike.sock");
  const secret = join(folder, "strike.secret");
  const { sensing } = box;
  const strike = superviseChild({
    name: `strike ${name}`,
    args: [
      strikeMain,
      ...["--listen", listen, "--state", join(folder, "strike.spent"), "--secret", secret],
      ...["--sensing", sensing, "--auto-open", `${pulledAfterMs},${openForMs}`, "--tied"],
    ],
    readyMsMax,
    onLog,
    signal,
  });
  return {
    strike,
    entry: { kind: "virtual", listen, secret, sensing },
    door: () => virtualDoor({ listen, key: strikeKey(readSecret(secret), "control") }),
  };
}

function startMatter(
  { folder, name }: DemoBox,
  networkInterface: string,
  { onLog, signal }: BoxStart,
): StartedStrike {
  const autoOpen = `${pulledAfterMs},${openForMs}`;
  const lock = startMatterLock({ name, folder, networkInterface, autoOpen, onLog, signal });
  // From the first line on: the picture must not miss a turn of the bolt.
  const door = matterDoor(lock);
  const secret = readSecret(join(folder, "strike.secret"));
  return { strike: lock, entry: matterEntry(networkInterface, secret), door: () => door };
}

function readSecret(path: string): Buffer {
  return Buffer.from(readFileSync(path, "utf8").trim(), "hex");
}
