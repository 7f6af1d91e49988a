import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type VirtualDoor, virtualDoor } from "@vestibule/controller";
import { strikeKey } from "@vestibule/controller/testing";
import { configureBox, type Door, type LaidBox, layBox, type StickeredDoor } from "./boxes.ts";
import { clusterOf } from "./cluster.ts";
import { type Ground, type GroundOptions, layGround } from "./ground.ts";
import { type House, openHouse } from "./house.ts";
import { type LinkProxy, startLinkProxy } from "./link-proxy.ts";
import { type Supervised, supervise } from "./processes.ts";
import { until } from "./until.ts";

const packages = join(import.meta.dirname, "../../packages");
const serverMain = join(import.meta.dirname, "server-process.ts");
const controllerMain = join(packages, "controller/src/main.ts");
const strikeMain = join(packages, "controller/src/strikes/virtual/main.ts");

/** A strike's process with the truth at its door. */
export interface StreetDoor extends StickeredDoor {
  readonly strike: Supervised;
  readonly spentFile: string;
  readonly door: VirtualDoor;
  /** How often the latch gave way since the start, whatever the reason. */
  readonly releases: () => number;
  readonly released: () => boolean;
  readonly standsOpen: () => boolean;
}

/** One whole system as processes: server with its own PostgreSQL, box, strikes, and the wire between. */
export interface Street {
  readonly ground: Ground;
  readonly house: House;
  readonly box: LaidBox;
  readonly server: Supervised;
  readonly controller: Supervised;
  readonly proxy: LinkProxy;
  readonly doors: readonly StreetDoor[];
  /** The one door of that name. */
  readonly door: (ent: string) => StreetDoor;
  /** Reads past row security; waits out a PostgreSQL that is just coming back. */
  readonly query: (sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;
  /** Ids of attempts that were put to the box before a row of theirs could be read. */
  readonly unrecorded: readonly string[];
  readonly postgresPid: () => number;
  /** Whether the host sees its box. */
  readonly linked: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** A row as it comes. */
export type Row = Readonly<Record<string, unknown>>;

/** Starts it, founds the house in it, and waits until its box is adopted and linked. */
export async function openStreet(
  plan: readonly (Door & { readonly autoOpen?: string })[],
  options: GroundOptions = {},
): Promise<Street> {
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    return await open(plan, { ...options, closers, close });
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  plan: readonly (Door & { readonly autoOpen?: string })[],
  {
    closers,
    close,
    ...options
  }: GroundOptions & {
    readonly closers: (() => unknown)[];
    readonly close: () => Promise<void>;
  },
): Promise<Street> {
  const ground = await layGround(options);
  closers.push(ground.clear);
  const server = supervise({ args: [serverMain], env: ground.environment });
  closers.push(server.stop);
  const { ownerUrl } = await server.ready();
  const cluster = clusterOf(ground.hostData, String(ownerUrl));
  closers.push(cluster.close);
  const unrecorded: string[] = [];
  const proxy = await startLinkProxy(ground.port, async (att) => {
    const rows = await cluster.query("select 1 from vestibule.attempt where id = $1", [att]);
    if (rows.length === 0) unrecorded.push(att);
  });
  closers.push(proxy.close);
  const folder = join(ground.data, "box");
  const box = layBox(folder, plan);
  const doors = await Promise.all(
    box.doors.map((door, index) => startDoor(ground, closers, { ...door, ...plan[index] })),
  );
  const strikes = doors.map(({ ent, sensing, listen, secret }) => ({
    ent,
    sensing,
    listen,
    secret,
  }));
  const config = configureBox(box, { url: proxy.url, server: ground.origins.host, strikes });
  const controller = supervise({ args: [controllerMain, "--config", config, "--tied"] });
  closers.push(controller.stop);
  await controller.ready();
  const house = await openHouse({ ground, box, ownerUrl: String(ownerUrl) });
  const linked = async () =>
    (await cluster.query("select 1 from vestibule.box_session where building_id is not null"))
      .length > 0;
  await until(linked, "the box is linked");
  return {
    ground,
    house,
    box,
    server,
    controller,
    proxy,
    doors,
    door: (ent) => {
      const found = doors.find((candidate) => candidate.ent === ent);
      if (found === undefined) throw new Error(`no door ${ent}`);
      return found;
    },
    query: cluster.query,
    unrecorded,
    postgresPid: cluster.pid,
    linked,
    close,
  };
}

type StartedDoor = StreetDoor & { readonly listen: string; readonly secret: Uint8Array };

async function startDoor(
  ground: Ground,
  closers: (() => unknown)[],
  door: StickeredDoor & { readonly autoOpen?: string },
): Promise<StartedDoor> {
  const folder = join(ground.data, `strike-${door.ent}`);
  const secret = randomBytes(32);
  const spentFile = `${folder}.spent`;
  const listen = `${folder}.sock`;
  const secretFile = `${folder}.secret`;
  writeFileSync(secretFile, secret.toString("hex"), { mode: 0o600 });
  const strike = supervise({
    args: [
      strikeMain,
      ...["--listen", listen, "--state", spentFile, "--secret", secretFile, "--tied"],
      ...["--sensing", door.sensing],
      ...(door.autoOpen === undefined ? [] : ["--auto-open", door.autoOpen]),
    ],
  });
  closers.push(strike.stop);
  await strike.ready();
  const control = virtualDoor({ listen, key: strikeKey(secret, "control") });
  closers.push(control.close);
  let releases = 0;
  let released = false;
  let standsOpen = false;
  control.subscribe((look) => {
    if (look.released && !released) releases += 1;
    released = look.released;
    standsOpen = look.door === "open";
  });
  await until(control.connected, `the control channel of ${door.ent}`);
  return {
    ...door,
    strike,
    spentFile,
    listen,
    secret,
    door: control,
    releases: () => releases,
    released: () => released,
    standsOpen: () => standsOpen,
  };
}
