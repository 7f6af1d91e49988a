export type Material =
  | "brownstone"
  | "brick"
  | "oxblood"
  | "stone"
  | "limestone"
  | "green"
  | "sage";
export type Roof = "bracketed" | "cornice" | "mansard" | "parapet" | "stepped";
export type WindowHead = "flat" | "arch" | "segment" | "pediment";
export type Hood = "hood" | "pediment" | "arch" | "plain";

/** What one house looks like. Lengths are drawing units; the whole street is about 1,600 wide. */
export interface FacadeStyle {
  readonly seed: string;
  readonly width: number;
  readonly material: Material;
  readonly floors: number;
  readonly columns: number;
  readonly roof: Roof;
  readonly heads: WindowHead;
  readonly hood: Hood;
  /** Height of the door's sill above the pavement; a stoop leads up to it. */
  readonly stoop: number;
  /** Where the door stands, as a share of the width. */
  readonly doorAt: number;
  readonly door: "green" | "brick" | "brass" | "ink" | "sky";
  readonly extras: readonly Extra[];
}

export type Extra =
  | "fire-escape"
  | "flowers"
  | "cat"
  | "ivy"
  | "tank"
  | "chimney"
  | "bay"
  | "pigeon"
  | "washing";

const base = { columns: 3, roof: "bracketed", heads: "flat", hood: "hood", stoop: 46 } as const;

/** Eleven walk-ups and brownstones, left to right. A longer street begins again. */
const styles: readonly FacadeStyle[] = [
  {
    ...base,
    seed: "a",
    width: 124,
    material: "brick",
    floors: 4,
    columns: 3,
    roof: "cornice",
    heads: "segment",
    hood: "arch",
    stoop: 28,
    doorAt: 0.27,
    door: "ink",
    extras: ["chimney", "flowers"],
  },
  {
    ...base,
    seed: "b",
    width: 132,
    material: "brownstone",
    floors: 3,
    heads: "pediment",
    doorAt: 0.72,
    door: "brass",
    extras: ["ivy", "chimney"],
  },
  {
    ...base,
    seed: "c",
    width: 134,
    material: "green",
    floors: 3,
    roof: "mansard",
    heads: "arch",
    hood: "pediment",
    doorAt: 0.3,
    door: "brick",
    extras: ["flowers", "bay"],
  },
  {
    ...base,
    seed: "d",
    width: 128,
    material: "oxblood",
    floors: 5,
    columns: 3,
    roof: "cornice",
    heads: "flat",
    hood: "plain",
    stoop: 12,
    doorAt: 0.5,
    door: "ink",
    extras: ["fire-escape", "tank"],
  },
  {
    ...base,
    seed: "e",
    width: 120,
    material: "stone",
    floors: 3,
    columns: 2,
    roof: "stepped",
    heads: "flat",
    hood: "arch",
    stoop: 38,
    doorAt: 0.7,
    door: "sky",
    extras: ["cat"],
  },
  {
    ...base,
    seed: "f",
    width: 136,
    material: "brownstone",
    floors: 4,
    heads: "segment",
    doorAt: 0.5,
    door: "green",
    extras: ["flowers", "pigeon"],
  },
  {
    ...base,
    seed: "g",
    width: 122,
    material: "sage",
    floors: 3,
    columns: 2,
    roof: "cornice",
    heads: "arch",
    hood: "arch",
    stoop: 34,
    doorAt: 0.3,
    door: "brass",
    extras: ["chimney"],
  },
  {
    ...base,
    seed: "h",
    width: 130,
    material: "brick",
    floors: 4,
    roof: "parapet",
    heads: "flat",
    hood: "plain",
    stoop: 22,
    doorAt: 0.7,
    door: "green",
    extras: ["washing", "tank"],
  },
  {
    ...base,
    seed: "i",
    width: 138,
    material: "limestone",
    floors: 3,
    heads: "pediment",
    hood: "pediment",
    doorAt: 0.32,
    door: "ink",
    extras: ["bay", "ivy"],
  },
  {
    ...base,
    seed: "j",
    width: 126,
    material: "oxblood",
    floors: 4,
    columns: 2,
    roof: "mansard",
    heads: "segment",
    hood: "hood",
    stoop: 40,
    doorAt: 0.68,
    door: "brass",
    extras: ["flowers", "chimney"],
  },
  {
    ...base,
    seed: "k",
    width: 124,
    material: "green",
    floors: 4,
    roof: "cornice",
    heads: "flat",
    hood: "arch",
    stoop: 18,
    doorAt: 0.5,
    door: "brick",
    extras: ["fire-escape", "pigeon"],
  },
];

/** The style of the house at a place in the street. */
export function styleAt(index: number): FacadeStyle {
  const style = styles[index % styles.length];
  if (style === undefined) throw new Error("the street has no styles");
  return style;
}
