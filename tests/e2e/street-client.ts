import { until } from "./machine.ts";

/** A parcel as the street's labels page lists it. */
export interface StreetParcel {
  readonly id: string;
  readonly code: string;
  readonly symbology: string;
  readonly address: string;
  readonly driver: string;
}

/** The street's own routes, for a test that is no browser. */
export interface StreetClient {
  /** Touches a sticker: the address that a phone would open. */
  readonly tap: (sticker: string) => Promise<string>;
  readonly doorState: (door: string) => Promise<string>;
  readonly doorReaches: (door: string, states: string | readonly string[]) => Promise<string>;
  readonly breakDoor: (door: string, fault: string) => Promise<void>;
  readonly parcels: () => Promise<readonly StreetParcel[]>;
  /** A fresh one-time link for one more phone. */
  readonly invitation: () => Promise<string>;
  /** Where the street sends the phone, the console and the labels. */
  readonly links: () => Promise<{ readonly driverPhone: string; readonly console: string }>;
}

/** Speaks to the demo on this machine; Node resolves no `*.localhost`, so by its number. */
export function streetClient(port: number): StreetClient {
  const at = `http://127.0.0.1:${port}`;
  const call = async (path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${at}${path}`, {
      signal: AbortSignal.timeout(60_000),
      ...(body === undefined
        ? {}
        : {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(body),
          }),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.status === 204 ? undefined : await answer.json();
  };
  const doorState = async (door: string): Promise<string> => {
    const buildings = listOf(member(await call("/street/state"), "buildings"));
    const doors = buildings.flatMap((building) => listOf(member(building, "doors")));
    return text(
      doors.find((one) => member(one, "id") === door),
      "state",
    );
  };
  return {
    tap: async (sticker) => text(await call(`/street/stickers/${sticker}/tap`, {}), "url"),
    doorState,
    doorReaches: (door, states) =>
      until(`${door} to be ${[states].flat().join(" or ")}`, async () => {
        const state = await doorState(door);
        return [states].flat().includes(state) ? state : undefined;
      }),
    breakDoor: async (door, fault) => {
      await call(`/street/doors/${door}/fault`, { fault });
    },
    parcels: async () =>
      listOf(await call("/street/parcels")).map((parcel) => ({
        id: text(parcel, "id"),
        code: text(parcel, "code"),
        symbology: text(parcel, "symbology"),
        address: text(parcel, "address"),
        driver: text(parcel, "driver"),
      })),
    invitation: async () => {
      const answer = await fetch(`${at}/demo/phone`, { redirect: "manual" });
      return answer.headers.get("location") ?? "";
    },
    links: async () => {
      const links = member(await call("/street/state"), "links");
      return { driverPhone: text(links, "driverPhone"), console: text(links, "console") };
    },
  };
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function text(value: unknown, name: string): string {
  const found = member(value, name);
  if (typeof found !== "string") throw new Error(`the street's answer has no "${name}"`);
  return found;
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error("the street's answer is no list");
  return value;
}
