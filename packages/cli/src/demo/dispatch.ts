import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeSecret } from "@vestibule/controller";
import { Type } from "typebox";
import { Check } from "typebox/value";
import { labelMakers } from "./manifest.ts";
import { asParty, carrierDomain, type PartyFolders, writeManifest } from "./parties.ts";
import type { StreetParcel } from "./street-api.ts";
import { recipients, town } from "./town.ts";

/** How often the vetter looks for answers, in ms. */
const lookMs = 2_000;
/** A shift's window around now, in seconds: papers allow 16 hours. */
const beforeS = 1_800;
const afterS = 43_200;
/** When the street's parcels are handed out anew, in ms: well before their window ends. */
const renewMs = 6 * 3_600_000;
const parcelsPerHouse = 5;
const dayS = 86_400;

export interface DispatchOptions {
  readonly data: string;
  readonly folders: PartyFolders;
  readonly origins: { readonly host: string; readonly driver: string };
  readonly carrierRoot: string;
  readonly say: (sentence: string) => void;
}

/** The screening firm and the courier's dispatch, at work as their own programs would be. */
export interface Dispatch {
  /** Where a phone goes: an invitation while none has enrolled, the app itself afterwards. */
  readonly phoneAddress: () => string;
  /** A fresh one-time invitation, for one more phone. */
  readonly inviteAnother: () => Promise<string>;
  readonly parcels: () => readonly StreetParcel[];
  readonly stop: () => void;
}

const invited = Type.Object({
  id: Type.String(),
  drv: Type.String(),
  url: Type.String(),
  until: Type.Integer(),
});
const issued = Type.Object({
  enrolments: Type.Array(
    Type.Object(
      { id: Type.String(), drv: Type.String(), state: Type.String() },
      { additionalProperties: true },
    ),
  ),
});
const listed = Type.Object({
  badges: Type.Array(
    Type.Object(
      {
        drv: Type.String(),
        label: Type.Union([Type.String(), Type.Null()]),
        alive: Type.Boolean(),
      },
      { additionalProperties: true },
    ),
  ),
});

/** Starts both firms; phones that enrolled before get today's parcels at once. */
export async function startDispatch(options: DispatchOptions): Promise<Dispatch> {
  let parcels: readonly StreetParcel[] = [];
  const drivers = await liveDrivers(options);
  let invitation = drivers.length === 0 ? await invite(options) : undefined;
  const handOut = async (labels: readonly string[]): Promise<void> => {
    const fresh: StreetParcel[] = [];
    for (const label of labels) fresh.push(...(await importFor(options, label)));
    // The newest phone's parcels come first: it is the one in the visitor's hand.
    parcels = [...fresh.toReversed(), ...parcels].slice(0, 60);
  };
  // Phones that enrolled before get their parcels while the street is already shown.
  if (drivers.length > 0) {
    handOut(drivers.slice(-2)).catch((error: unknown) => options.say(tryAgain(error)));
  }
  let busy = false;
  const look = async (): Promise<void> => {
    if (busy || !hasWaiting(options)) return;
    busy = true;
    try {
      const labels = await issueAnswered(options);
      if (labels.length > 0) {
        invitation = undefined;
        await handOut(labels);
      }
    } catch (error) {
      options.say(tryAgain(error));
    } finally {
      busy = false;
    }
  };
  const looking = setInterval(() => void look(), lookMs);
  const renewing = setInterval(() => {
    void liveDrivers(options)
      .then((labels) => handOut(labels.slice(-2)))
      .catch((error: unknown) => options.say(tryAgain(error)));
  }, renewMs);
  return {
    phoneAddress: () => invitation ?? options.origins.driver,
    inviteAnother: () => invite(options),
    parcels: () => (parcels.length > 0 ? parcels : previewParcels()),
    stop: () => {
      clearInterval(looking);
      clearInterval(renewing);
    },
  };
}

function tryAgain(error: unknown): string {
  return `dispatch will try again: ${error instanceof Error ? error.message : "unknown"}`;
}

async function invite(options: DispatchOptions): Promise<string> {
  const clearedUntil = new Date(Date.now() + 180 * dayS * 1_000).toISOString().slice(0, 10);
  const number = (await liveDrivers(options)).length + 1;
  const { host, driver } = options.origins;
  const answer = await asParty(options.folders.vetter, [
    "badge",
    "invite",
    "--host",
    host,
    "--driver",
    driver,
    "--car",
    options.carrierRoot,
    "--cleared-until",
    clearedUntil,
    "--carrier-name",
    carrierDomain,
    "--label",
    `Driver ${number}-${Date.now().toString(36)}`,
  ]);
  if (!Check(invited, answer)) throw new Error("vestibule badge invite answered in another form");
  return answer.url;
}

function hasWaiting({ folders }: DispatchOptions): boolean {
  return existsSync(join(folders.vetter, "enrolments"));
}

/** Signs badges for phones that answered, hands them to dispatch, and names their drivers. */
async function issueAnswered(options: DispatchOptions): Promise<readonly string[]> {
  const answer = await asParty(options.folders.vetter, ["badge", "issue", "--days", "60"]);
  if (!Check(issued, answer)) throw new Error("vestibule badge issue answered in another form");
  const done = answer.enrolments.filter(({ state }) => state === "issued").map(({ drv }) => drv);
  if (done.length === 0) return [];
  copyBadges(options);
  const badges = await badgeList(options);
  return badges.filter(({ drv }) => done.includes(drv)).map(({ label, drv }) => label ?? drv);
}

async function liveDrivers(options: DispatchOptions): Promise<readonly string[]> {
  return (await badgeList(options))
    .filter(({ alive }) => alive)
    .map(({ label, drv }) => label ?? drv);
}

async function badgeList({ folders }: DispatchOptions) {
  const answer = await asParty(folders.vetter, ["badge", "list"]);
  if (!Check(listed, answer)) throw new Error("vestibule badge list answered in another form");
  return answer.badges;
}

/** The vetter hands its badges to the carrier, as it would by mail: they are no secret. */
function copyBadges({ folders }: DispatchOptions): void {
  mkdirSync(join(folders.carrier, "badges"), { recursive: true, mode: 0o700 });
  cpSync(join(folders.vetter, "badges"), join(folders.carrier, "badges"), { recursive: true });
}

/** Makes a day's parcels for one driver, imports them as the carrier does, and names the labels. */
async function importFor(
  options: DispatchOptions,
  driver: string,
): Promise<readonly StreetParcel[]> {
  copyBadges(options);
  const parcels = nextParcels(options, driver);
  const now = Math.floor(Date.now() / 1_000);
  const [from, until] = [now - beforeS, now + afterS].map((seconds) =>
    new Date(seconds * 1_000).toISOString(),
  );
  const lines = parcels.map(({ listed: code, address, unit }) =>
    [code, `"${address}"`, unit, `"${driver}"`, from, until].join(","),
  );
  const file = writeManifest(options.folders.carrier, [
    "tracking,address,unit,driver,from,until",
    ...lines,
  ]);
  await asParty(options.folders.carrier, ["import", file, "--host", options.origins.host]);
  return parcels;
}

/** Parcels shown before any phone has enrolled: labels of nobody, which no door knows. */
function previewParcels(): readonly StreetParcel[] {
  return parcelsFrom(1, "nobody yet");
}

function nextParcels({ data }: DispatchOptions, driver: string): readonly StreetParcel[] {
  const path = join(data, "serial.json");
  const stored: unknown = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : 100;
  const serial = typeof stored === "number" ? stored : 100;
  writeSecret(path, JSON.stringify(serial + 100));
  return parcelsFrom(serial, driver);
}

function parcelsFrom(serial: number, driver: string): readonly StreetParcel[] {
  const houses = town.filter((house) => house.boxes.length > 0);
  return houses.flatMap((house, houseIndex) =>
    Array.from({ length: parcelsPerHouse }, (_, index) => {
      const place = houseIndex * parcelsPerHouse + index;
      const make = labelMakers[index % labelMakers.length];
      if (make === undefined) throw new Error("no label makers");
      const label = make(serial + place);
      return {
        ...label,
        id: `parcel-${serial + place}`,
        carrier: "Metro Couriers",
        recipient: recipients[place % recipients.length] ?? "Resident",
        unit: house.units[index % house.units.length] ?? "1",
        address: house.address,
        driver: driver.split("-")[0] ?? driver,
      };
    }),
  );
}
