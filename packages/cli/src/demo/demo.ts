import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import {
  hasPeople,
  invite,
  inviteOwner,
  openPool,
  ownerUrlBeside,
  roleUrl,
  StartFault,
} from "@vestibule/server/beside";
import { freePort } from "@vestibule/server/free-port";
import { systemCode } from "../files/private-file.ts";
import { type Child, superviseChild } from "./children.ts";
import { type Closing, openClosing } from "./closing.ts";
import { claimDemoFolder } from "./demo-folder.ts";
import { type Dispatch, startDispatch } from "./dispatch.ts";
import { buildFront } from "./front.ts";
import { type BoxHost, type DemoBox, prepareBoxes, type RunningBox, startBox } from "./houses.ts";
import { matterInterface } from "./matter-door.ts";
import { type DemoMember, demoMember, personKey } from "./member.ts";
import { type Owner, ownerOf } from "./owner.ts";
import { makeHostKeys, makeParty, partyFolders, renewKeysets } from "./parties.ts";
import { rootsOf, type Seeded, seed } from "./seed.ts";
import { sitesOf } from "./sites.ts";
import { streetLive } from "./street-api.ts";
import { StreetDoors } from "./street-doors.ts";
import { tagsOf } from "./tags/tags-client.ts";

const serverMain = join(import.meta.dirname, "server-main.ts");
const tagsMain = join(import.meta.dirname, "tags/tags-main.ts");
/** How long the server may take to come up at its first start, in ms. */
const serverReadyMsMax = 90_000;
/** How long what began before a stop may take to notice it, in ms. */
const noticeMsMax = 5_000;
/** The door that `--matter` puts a Matter lock on. */
const matterDoorName = "house-4-street";
const hostName = "vestibule.localhost";
const organizationName = "Linden Street Management";

export interface DemoOptions {
  readonly data: string;
  readonly port: number;
  /** A PostgreSQL of one's own, as its owner; undefined = the one that came along. */
  readonly databaseUrl?: string | undefined;
  /** One Matter lock, at the street door of `matterDoorName`, in place of its virtual strike. */
  readonly matter?: boolean;
  /** Aborted: the start is given up at once, and what it opened is closed. */
  readonly signal: AbortSignal;
  readonly say: (sentence: string) => void;
  /** What the processes print, one line at a time. */
  readonly log: (line: string) => void;
}

export interface Demo {
  readonly address: string;
  /** Process ids by name, for tests that kill them. */
  readonly pids: () => Readonly<Record<string, number | undefined>>;
  /** A fresh one-time invitation for one more phone. */
  readonly invitePhone: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** The addresses of the demonstration; a changed port is a changed origin, and loses its keys. */
export interface Origins {
  readonly host: string;
  readonly driver: string;
  readonly console: string;
}

/**
 * Starts everything: server with its PostgreSQL, boxes, strikes, stickers and firms, each a process or
 * a folder of its own, behind one listener.
 *
 * @throws StartFault when the port or the folder is taken, in one sentence that names the way out;
 * the signal's reason where it was aborted before everything stood.
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { signal } = options;
  // Told before anything has started.
  if (options.matter === true) matterInterface();
  const data = resolve(options.data);
  makeFolder(data);
  const closing = openClosing();
  const aborted = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => aborted.reject(signal.reason), { once: true });
  const starting = start({ ...options, data }, closing);
  try {
    return await Promise.race([starting, aborted.promise]);
  } catch (error) {
    await closing.close();
    // Whatever was under way meets closed doors now; nothing of it may outlive this call.
    await Promise.race([
      starting.then(
        () => undefined,
        () => undefined,
      ),
      wait(noticeMsMax, undefined, { ref: false }),
    ]);
    await closing.close();
    throw error;
  }
}

function makeFolder(data: string): void {
  try {
    mkdirSync(data, { recursive: true, mode: 0o711 });
  } catch (cause) {
    throw new StartFault(
      `The folder ${data} cannot be made (${systemCode(cause) ?? "unknown"}). Choose another: npm start -- --data FOLDER`,
      { cause },
    );
  }
}

async function start(options: DemoOptions, closing: Closing): Promise<Demo> {
  const { data, port, say, signal } = options;
  const release = claimDemoFolder(data);
  closing.add(() => Promise.resolve(release()));
  await refuseTakenPort(port);
  const origin = (name: string) => `http://${name}.localhost:${port}`;
  const origins: Origins = {
    host: origin("vestibule"),
    driver: origin("driver"),
    console: origin("console"),
  };
  const folders = partyFolders(data);
  const hostData = join(data, "host");
  // Open to be passed through, as PostgreSQL's own user must; what lies in it is closed by itself.
  mkdirSync(hostData, { recursive: true, mode: 0o711 });
  await makeHostKeys(join(hostData, "keys"), { domain: hostName, nowMs: Date.now() });
  await makeParty(folders, "carrier");
  await makeParty(folders, "vetter");
  const boxes = prepareBoxes(data);
  const inner = await freePort();
  const server = startServerProcess(options, { hostData, inner, origins });
  closing.add(server.stop);
  const tagsChild = superviseChild({
    name: "stickers",
    args: [tagsMain, join(data, "tags.json")],
    readyMsMax: serverReadyMsMax,
    onLog: (line) => options.log(`stickers: ${line}`),
    signal,
  });
  closing.add(tagsChild.stop);
  const upstream = `http://127.0.0.1:${inner}`;
  const running = await startBoxes(boxes, {
    options,
    closing,
    host: { url: `ws://127.0.0.1:${inner}/box`, server: origins.host, ready: server.ready },
  });
  const member = demoMember(data, origins.console);
  const owner = ownerOf(upstream, {
    ...personKey(data, "owner"),
    origin: origins.console,
  });
  const doors = new StreetDoors(running.map(({ street }) => street));
  // The firms reach the host under its public name, so the front must stand before they begin.
  const state: FrontState = { seeded: undefined, dispatch: undefined };
  const front = await buildFront({
    upstream,
    ownUpgrade: streetLive(doors),
    sites: sitesOf({ origins, doors, tags: tagsOf(tagsChild), member, owner, state }),
  });
  signal.throwIfAborted();
  await new Promise<void>((done, fail) =>
    front.once("error", fail).listen(port, "127.0.0.1", done),
  );
  closing.add(async () => {
    const closed = new Promise((done) => front.close(done));
    front.closeAllConnections();
    await closed;
  });
  state.seeded = await settle({ options, origins, upstream, hostData, boxes, member, owner });
  await renewKeysets(folders, origins.host);
  state.dispatch = await startDispatch({
    data,
    folders,
    origins,
    carrierRoot: rootsOf({ data, hostData }).carrier,
    say,
  });
  const { dispatch } = state;
  closing.add(() => Promise.resolve(dispatch.stop()));
  return {
    address: origins.host,
    pids: () =>
      Object.fromEntries(
        [
          server,
          tagsChild,
          ...running.flatMap(({ strike, controller }) => [strike, controller]),
        ].map((child) => [child.name, child.pid()]),
      ),
    invitePhone: dispatch.inviteAnother,
    close: closing.close,
  };
}

/** What the front shows once it is there. */
export interface FrontState {
  seeded: Seeded | undefined;
  dispatch: Dispatch | undefined;
}

function startServerProcess(
  options: DemoOptions,
  {
    hostData,
    inner,
    origins,
  }: { readonly hostData: string; readonly inner: number; readonly origins: Origins },
): Child {
  let said = "";
  return superviseChild({
    name: "server",
    args: [serverMain],
    env: {
      PUBLIC_URL: origins.host,
      CONSOLE_ORIGIN: origins.console,
      DRIVER_ORIGIN: origins.driver,
      PORT: String(inner),
      HOST: "127.0.0.1",
      VESTIBULE_DATA: hostData,
      // A host of one's own on this machine may have keys elsewhere; the demonstration's are its own.
      VESTIBULE_KEYS: "",
      DATABASE_URL: options.databaseUrl ?? "",
      LOG_LEVEL: "warn",
    },
    readyMsMax: serverReadyMsMax,
    onLog: (line) => options.log(`server: ${line}`),
    onTrouble: (words) => {
      if (words !== said) options.say(`the server is tried again: ${words}`);
      said = words;
    },
    signal: options.signal,
  });
}

async function startBoxes(
  boxes: readonly DemoBox[],
  {
    options,
    closing,
    host,
  }: { readonly options: DemoOptions; readonly closing: Closing; readonly host: BoxHost },
): Promise<readonly RunningBox[]> {
  const networkInterface = options.matter === true ? matterInterface() : undefined;
  const stops: (() => Promise<unknown>)[] = [];
  closing.add(() => Promise.all(stops.splice(0).map((stop) => stop())));
  return Promise.all(
    boxes.map((box) =>
      startBox(box, host, {
        matter: box.name === matterDoorName ? networkInterface : undefined,
        onLog: (line) => options.log(`${box.name}: ${line}`),
        signal: options.signal,
        onStarted: (stop) => stops.push(stop),
      }),
    ),
  );
}

interface Settling {
  readonly options: DemoOptions;
  readonly origins: Origins;
  readonly upstream: string;
  readonly hostData: string;
  readonly boxes: readonly DemoBox[];
  readonly member: DemoMember;
  readonly owner: Owner;
}

/** Lets the manager and the operator join, once, and sets the houses up. */
async function settle({
  options,
  origins,
  upstream,
  hostData,
  boxes,
  member,
  owner,
}: Settling): Promise<Seeded> {
  const { data, say } = options;
  const operator = ownerOf(upstream, {
    ...personKey(data, "operator"),
    origin: origins.console,
  });
  const ownerUrl = options.databaseUrl ?? ownerUrlBeside(hostData);
  await joinOnce(ownerUrl, { owner, operator, consoleOrigin: origins.console });
  const roots = rootsOf({ data, hostData });
  return seed({
    data,
    owner,
    operator,
    member,
    boxes,
    roots,
    hostDomain: hostName,
    appDomain: "driver.localhost",
    say,
  });
}

async function joinOnce(
  ownerUrl: string | undefined,
  {
    owner,
    operator,
    consoleOrigin,
  }: { readonly owner: Owner; readonly operator: Owner; readonly consoleOrigin: string },
): Promise<void> {
  if (ownerUrl === undefined)
    throw new StartFault("The demo's PostgreSQL is not running; start the demo again.");
  const pool = openPool({
    url: roleUrl(ownerUrl, "vestibule_auth"),
    schema: "auth",
    connectionsMax: 1,
  });
  try {
    const place = { consoleOrigin, nowMs: Date.now() };
    if (!(await canSignIn(owner))) {
      if (await hasPeople(pool))
        throw new StartFault(
          "This PostgreSQL belongs to a street with another data folder, whose keys are not here. Start with that folder, or set DATABASE_URL to an empty database.",
        );
      await owner.join(
        (await inviteOwner(pool, { organizationName, ...place })).url,
        "Demo manager",
      );
    }
    if (!(await canSignIn(operator)))
      await operator.join((await invite(pool, { kind: "operator" }, place)).url, "Demo operator");
  } finally {
    await pool.end();
  }
}

async function canSignIn(person: Owner): Promise<boolean> {
  try {
    await person.signIn();
    return true;
  } catch {
    // Not joined yet: the first start of this data folder.
    return false;
  }
}

async function refuseTakenPort(port: number): Promise<void> {
  if (port !== 0 && !(await isFree(port))) {
    throw new StartFault(
      `Port ${port} is taken. Stop what uses it (perhaps another demo), or choose another: npm start -- --port ${port + 1} (phones and passkeys belong to an address with its port, so keep to one).`,
    );
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once("error", () => done(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => done(true)));
  });
}
