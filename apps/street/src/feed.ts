import {
  FeedError,
  readAddress,
  readFlag,
  readInstant,
  readList,
  readObject,
  readText,
  readWord,
} from "./json.ts";

export const doorStates = [
  "locked",
  "released",
  "open",
  "held",
  "jammed",
  "offline",
  "unknown",
] as const;
export type DoorState = (typeof doorStates)[number];
export const doorKinds = ["street", "lobby", "mailroom", "locker", "unit", "garage"] as const;
export type DoorKind = (typeof doorKinds)[number];
export const sensings = ["contact", "current", "none"] as const;
export type Sensing = (typeof sensings)[number];
export const faults = ["none", "jammed", "welded", "sensing-lost", "slow"] as const;
export type StrikeFault = (typeof faults)[number];
export const strikes = ["virtual", "matter"] as const;
export type StrikeKind = (typeof strikes)[number];
export const symbologies = ["code128", "gs1-128", "datamatrix", "gs1-datamatrix"] as const;
export type Symbology = (typeof symbologies)[number];

export interface StreetDoor {
  readonly id: string;
  readonly label: string;
  readonly kind: DoorKind;
  readonly state: DoorState;
  readonly sensing: Sensing;
  /** What drives the door; a Matter lock has no switch for faults. */
  readonly strike: StrikeKind;
  /** What was broken when the street was read. */
  readonly fault: StrikeFault;
}

export interface StreetBuilding {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  /** The number painted on the transom. */
  readonly number: string;
  readonly hasSticker: boolean;
  /** In the order of the path: street, then lobby. Empty where there is no sticker. */
  readonly doors: readonly StreetDoor[];
  readonly managerUrl: string | undefined;
  readonly buildingPageUrl: string | undefined;
  /** The building's clock when the feed was read, epoch milliseconds. */
  readonly timeMs: number;
  readonly zone: string;
}

export interface StreetState {
  readonly buildings: readonly StreetBuilding[];
  readonly links: {
    readonly driverPhone: string;
    readonly console: string;
    readonly labels: string;
  };
}

/** A parcel of the demo, with the text a scanner reads from its label. */
export interface Parcel {
  readonly id: string;
  readonly carrier: string;
  readonly code: string;
  readonly symbology: Symbology;
  readonly recipient: string;
  readonly unit: string;
  readonly address: string;
  readonly driver: string;
  readonly status: string;
}

export interface DoorChange {
  readonly doorId: string;
  readonly state: DoorState;
  readonly atMs: number;
}

/** Everything the street knows about the world. The demo serves it; tests serve a fake. */
export interface StreetFeed {
  /** The street as it stands. @throws FeedError */
  readState(): Promise<StreetState>;
  /** The parcels of the demo. @throws FeedError */
  readParcels(): Promise<readonly Parcel[]>;
  /** Touches a building's sticker, or that of one of its doors, with the phone; gives the tag's fresh address. @throws FeedError */
  tapSticker(buildingId: string): Promise<string>;
  /** Breaks or mends a strike. @throws FeedError */
  setFault(doorId: string, fault: StrikeFault): Promise<void>;
  /** Props a door open, or lets it fall shut. @throws FeedError */
  holdDoor(doorId: string, held: boolean): Promise<void>;
  /** Door changes as they happen, and whether the feed is being heard. Returns how to stop. */
  watch(watcher: FeedWatcher): () => void;
}

export interface FeedWatcher {
  readonly onChange: (change: DoorChange) => void;
  /** True after each (re)connection: whatever happened before may have been missed. */
  readonly onHearing: (hearing: boolean) => void;
}

export const buildingsMax = 40;
export const parcelsMax = 500;

/** Zone of a building whose feed names none: the street stands in New York. */
const zoneDefault = "America/New_York";

/** Reads `GET /street/state`. @throws FeedError naming the first member that is not as promised. */
export function parseStreetState(value: unknown, base: string): StreetState {
  const fields = readObject(value, "state");
  const links = readObject(fields["links"], "links");
  return {
    buildings: readList(fields["buildings"], "buildings", {
      lengthMax: buildingsMax,
      entry: (entry, where) => parseBuilding(entry, where, base),
    }),
    links: {
      driverPhone: readAddress(links["driverPhone"], "links.driverPhone", base),
      console: readAddress(links["console"], "links.console", base),
      labels: readAddress(links["labels"], "links.labels", base),
    },
  };
}

/** Reads `GET /street/parcels`. @throws FeedError */
export function parseParcels(value: unknown): readonly Parcel[] {
  return readList(value, "parcels", { lengthMax: parcelsMax, entry: parseParcel });
}

/** Reads one message of `/street/live`. @throws FeedError */
export function parseDoorChange(value: unknown): DoorChange {
  const fields = readObject(value, "change");
  return {
    doorId: readText(fields["doorId"], "doorId"),
    state: readWord(fields["state"], "state", doorStates),
    atMs: readInstant(fields["at"], "at"),
  };
}

/** Reads the answer to a tap. @throws FeedError */
export function parseTap(value: unknown, base: string): string {
  return readAddress(readObject(value, "tap")["url"], "url", base);
}

function parseBuilding(value: unknown, where: string, base: string): StreetBuilding {
  const fields = readObject(value, where);
  return {
    id: readText(fields["id"], `${where}.id`),
    name: readText(fields["name"], `${where}.name`),
    address: readText(fields["address"], `${where}.address`),
    number: readText(fields["number"], `${where}.number`),
    hasSticker: readFlag(fields["hasSticker"], `${where}.hasSticker`),
    doors: readList(fields["doors"], `${where}.doors`, { lengthMax: 8, entry: parseDoor }),
    managerUrl: optionalAddress(fields["managerUrl"], `${where}.managerUrl`, base),
    buildingPageUrl: optionalAddress(fields["buildingPageUrl"], `${where}.buildingPageUrl`, base),
    timeMs: readInstant(fields["time"], `${where}.time`),
    zone: parseZone(fields["zone"], `${where}.zone`),
  };
}

function parseDoor(value: unknown, where: string): StreetDoor {
  const fields = readObject(value, where);
  return {
    id: readText(fields["id"], `${where}.id`),
    label: readText(fields["label"], `${where}.label`),
    kind: readWord(fields["kind"], `${where}.kind`, doorKinds),
    state: readWord(fields["state"], `${where}.state`, doorStates),
    sensing: readWord(fields["sensing"], `${where}.sensing`, sensings),
    strike: readWord(fields["strike"], `${where}.strike`, strikes),
    fault: readWord(fields["fault"], `${where}.fault`, faults),
  };
}

function parseParcel(value: unknown, where: string): Parcel {
  const fields = readObject(value, where);
  const code = readText(fields["code"], `${where}.code`);
  // Printable label text plus GS, the separator a scanner sends for FNC1.
  if (!/^[ -\]]{1,90}$/.test(code.replaceAll("\u001d", "")))
    throw new FeedError(`${where}.code is no label text`);
  return {
    id: readText(fields["id"], `${where}.id`),
    carrier: readText(fields["carrier"], `${where}.carrier`),
    code,
    symbology: readWord(fields["symbology"], `${where}.symbology`, symbologies),
    recipient: readText(fields["recipient"], `${where}.recipient`),
    unit: readText(fields["unit"], `${where}.unit`),
    address: readText(fields["address"], `${where}.address`),
    driver: readText(fields["driver"], `${where}.driver`),
    status: readText(fields["status"], `${where}.status`),
  };
}

function optionalAddress(value: unknown, where: string, base: string): string | undefined {
  return value === undefined || value === null ? undefined : readAddress(value, where, base);
}

function parseZone(value: unknown, where: string): string {
  if (value === undefined) return zoneDefault;
  const zone = readText(value, where);
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    throw new FeedError(`${where} is no time zone`);
  }
}
