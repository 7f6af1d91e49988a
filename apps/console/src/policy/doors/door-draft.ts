import {
  type AdmittedCarrier,
  type Crypto,
  type Entrance,
  type EntranceKind,
  type Purpose,
  uidHashOf,
} from "@vestibule/core";

/** An entrance while it is being written: what is not chosen yet is undefined. */
export interface DoorDraft {
  readonly ent: string;
  readonly kind: EntranceKind;
  /** Thumbprint of its box. */
  readonly ctl: string | undefined;
  readonly presence: Entrance["presence"];
  /** The sticker that an earlier version pinned, or the number that somebody types now. */
  readonly sticker:
    | { readonly kind: "pinned"; readonly uidHash: string }
    | { readonly kind: "typed"; readonly text: string };
  readonly sensing: Entrance["sensing"] | undefined;
  readonly noTap: Entrance["noTap"];
  readonly purposes: readonly Purpose[];
}

/** A door that the building has registered. */
export interface RegisteredDoor {
  readonly ent: string;
  readonly kind: string;
  readonly label: string;
}

export const entranceKinds = [
  "gate",
  "garage",
  "street",
  "lobby",
  "mailroom",
  "locker",
  "unit",
] as const satisfies readonly EntranceKind[];

/** An entrance of a policy as one that can be changed. */
export function doorDraftOf(entrance: Entrance): DoorDraft {
  const { ent, kind, ctl, presence, uidHash, sensing, noTap, purposes } = entrance;
  const sticker =
    uidHash === undefined
      ? ({ kind: "typed", text: "" } as const)
      : ({ kind: "pinned", uidHash } as const);
  return { ent, kind, ctl, presence, sticker, sensing, noTap, purposes };
}

/** A registered door with what most doors have; its box, sticker and sense are for the person to say. */
export function newDoor({ ent, kind }: RegisteredDoor, ctl: string | undefined): DoorDraft {
  return {
    ent,
    kind: entranceKinds.find((known) => known === kind) ?? "street",
    ctl,
    presence: "nfc",
    sticker: { kind: "typed", text: "" },
    sensing: undefined,
    noTap: "refuse",
    purposes: ["deliver", "collect"],
  };
}

/** What a door still lacks before it can stand in a policy. */
export type DoorGap = "box" | "sticker" | "sensing";

/** What is missing of a door. `seals`: the seal key of each box that this page knows, by thumbprint. */
export function gapsOf(door: DoorDraft, seals: ReadonlyMap<string, string>): readonly DoorGap[] {
  const gaps: DoorGap[] = [];
  if (door.ctl === undefined || !seals.has(door.ctl)) gaps.push("box");
  if (door.presence === "nfc" && door.sticker.kind === "typed" && !uidOf(door.sticker.text))
    gaps.push("sticker");
  if (door.sensing === undefined) gaps.push("sensing");
  return gaps;
}

/** The door as a policy says it; undefined while something is missing. */
export function entranceOf(
  crypto: Crypto,
  door: DoorDraft,
  seals: ReadonlyMap<string, string>,
): Entrance | undefined {
  const { ent, kind, ctl, presence, noTap, purposes, sensing } = door;
  const seal = ctl === undefined ? undefined : seals.get(ctl);
  if (ctl === undefined || seal === undefined || sensing === undefined) return undefined;
  const entrance = { ctl, ent, kind, noTap, presence, purposes, seal, sensing };
  if (presence !== "nfc") return entrance;
  const { sticker } = door;
  if (sticker.kind === "pinned") return { ...entrance, uidHash: sticker.uidHash };
  const uid = uidOf(sticker.text);
  return uid === undefined ? undefined : { ...entrance, uidHash: uidHashOf(crypto, uid) };
}

/** The 7 bytes of a sticker's number: 14 hexadecimal digits, with or without marks between them. */
export function uidOf(text: string): Uint8Array | undefined {
  const hex = text.replace(/[\s:.-]/g, "");
  if (!/^[0-9a-f]{14}$/i.test(hex)) return undefined;
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/**
 * The ways in, from the outside inwards: every door of the outermost kind begins one, and the doors
 * further in follow. A door alone needs no description.
 */
export function usualPaths(
  doors: readonly Pick<DoorDraft, "ent" | "kind">[],
): readonly (readonly string[])[] {
  const rank = ({ kind }: Pick<DoorDraft, "kind">) => entranceKinds.indexOf(kind);
  const inwards = doors.toSorted((one, other) => rank(one) - rank(other));
  const outermost = inwards[0];
  if (outermost === undefined || doors.length < 2) return [];
  const outer = inwards.filter((door) => rank(door) === rank(outermost));
  const inner = inwards.filter((door) => rank(door) !== rank(outermost)).map(({ ent }) => ent);
  return outer.map(({ ent }) => [ent, ...inner]);
}

/** Carriers and ways in without a door that is taken out; a carrier left without any goes with it. */
export function withoutDoor<
  T extends {
    readonly carriers: readonly AdmittedCarrier[];
    readonly paths: readonly (readonly string[])[];
    readonly doors: readonly DoorDraft[];
  },
>(draft: T, ent: string): T {
  const others = (ents: readonly string[]) => ents.filter((one) => one !== ent);
  return {
    ...draft,
    doors: draft.doors.filter((door) => door.ent !== ent),
    paths: draft.paths.map(others).filter((path) => path.length > 0),
    carriers: draft.carriers
      .map((carrier) => ({ ...carrier, ents: others(carrier.ents) }))
      .filter(({ ents }) => ents.length > 0),
  };
}
