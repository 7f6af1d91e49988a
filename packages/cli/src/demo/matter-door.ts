import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import type { DoorLook, VirtualDoor } from "@vestibule/controller";
import { StartFault } from "@vestibule/server/beside";
import { Type } from "typebox";
import { Check } from "typebox/value";
import { type Child, superviseChild } from "./children.ts";

const lockMain = join(import.meta.dirname, "../../../controller/src/strikes/matter/lock.ts");
/** matter.js loads slowly on a busy machine. */
const readyMsMax = 60_000;
const commissionWithinMs = 25_000;
const udpPort = 5_560;
const lockPort = 5_540;
/** The lock's setup code and discriminator as a test lock has them: this lock guards no real door. */
const passcode = 20_202_021;
const discriminator = 3_840;

const told = Type.Union([
  Type.Object({ lock: Type.Union([Type.Literal("locked"), Type.Literal("unlocked")]) }),
  Type.Object({ door: Type.Union([Type.Literal("open"), Type.Literal("closed")]) }),
]);

/**
 * The interface that a Matter lock is spoken to through.
 *
 * @throws StartFault where there is none, in one sentence that names the way out.
 */
export function matterInterface(): string {
  const usable = multicastNames();
  const found = Object.entries(networkInterfaces()).find(
    ([name, addresses = []]) =>
      usable.includes(name) &&
      addresses.some(({ family, internal }) => family === "IPv4" && !internal),
  );
  if (found === undefined)
    throw new StartFault(
      "--matter needs a network interface with an address and multicast, which this machine does not have; start without --matter, or see docs/matter.md for a network namespace that has one.",
    );
  return found[0];
}

/** The interfaces that carry multicast, by the kernel's list of memberships in this namespace. */
function multicastNames(): readonly string[] {
  try {
    const lines = readFileSync("/proc/net/igmp", "utf8").split("\n");
    return lines.flatMap((line) => /^\d+\s+(\S+)\s*:/.exec(line)?.[1] ?? []);
  } catch {
    // No Linux: any interface may do.
    return Object.keys(networkInterfaces());
  }
}

/** Starts the Matter lock of a door, somebody pulling it at each unlock, with its contact. */
export function startMatterLock(given: {
  readonly name: string;
  readonly folder: string;
  readonly networkInterface: string;
  /** As `lock.ts` takes it: after how many ms, for how many. */
  readonly autoOpen: string;
  readonly onLog: (line: string) => void;
  readonly signal: AbortSignal;
}): Child {
  return superviseChild({
    name: `lock ${given.name}`,
    args: [
      lockMain,
      ...["--interface", given.networkInterface, "--folder", join(given.folder, "matter-lock")],
      ...["--port", String(lockPort), "--passcode", String(passcode)],
      ...["--discriminator", String(discriminator), "--contact"],
      ...["--auto-open", given.autoOpen, "--tied"],
    ],
    readyMsMax,
    onLog: given.onLog,
    signal: given.signal,
  });
}

/** What the box's configuration says of the lock; `pin` is the lock's first user's, 8 digits. */
export function matterEntry(networkInterface: string, secret: Uint8Array): object {
  const pin = Buffer.from(secret).readUInt32BE(0) % 100_000_000;
  return {
    kind: "matter",
    networkInterface,
    udpPort,
    passcode,
    discriminator,
    pin: String(pin).padStart(8, "0"),
    endpoint: 1,
    commissionWithinMs,
    sensing: "contact",
    acceptAnyAttestation: true,
  };
}

/**
 * The picture's view of the Matter lock, from the lines it prints. A retail lock has no switch for
 * faults, so none can be put on it; people still open the door and let it fall shut.
 */
export function matterDoor(lock: Child): VirtualDoor {
  const listeners = new Set<(look: DoorLook) => void>();
  let look: DoorLook = { released: false, door: "closed", held: false, faults: [] };
  lock.onLine((line) => {
    const value = parse(line);
    if (!Check(told, value)) return;
    look =
      "lock" in value
        ? { ...look, released: value.lock === "unlocked" }
        : { ...look, door: value.door };
    for (const listener of listeners) listener(look);
  });
  return {
    connected: () => lock.pid() !== undefined,
    switchFault: () => undefined,
    act: (act) => lock.writeLine(act === "close" ? "close" : "open"),
    setPeople: () => undefined,
    subscribe: (listener) => {
      listeners.add(listener);
      listener(look);
      return () => listeners.delete(listener);
    },
    close: () => listeners.clear(),
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
