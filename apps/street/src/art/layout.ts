import type { FacadeStyle } from "./styles.ts";

/** Heights of the scene in drawing units, from the top of the sky down. */
export const sceneHeight = 620;
export const pavementY = 496;
export const kerbY = 562;

const stickerExtra = 62;
const floorHeight = 74;
const tallFloorHeight = 66;
const doorHeight = 78;
const transomHeight = 16;

/** Where everything of one house stands. All in the house's own units, x from its left wall. */
export interface HouseLayout {
  readonly width: number;
  readonly top: number;
  readonly floorHeight: number;
  /** Underside of the parlour floor: basement and stoop lie below. */
  readonly parlourY: number;
  readonly door: DoorLayout;
  /** Absent where no sticker hangs. */
  readonly sticker: { readonly x: number; readonly y: number } | undefined;
  readonly columns: readonly number[];
  readonly windowWidth: number;
}

export interface DoorLayout {
  readonly x: number;
  readonly width: number;
  readonly sillY: number;
  readonly height: number;
  readonly transom: number;
}

/** Lays one house out. A house with a sticker is wider; a vestibule's doorway is wider still. */
export function layoutHouse(
  style: FacadeStyle,
  has: { sticker: boolean; vestibule: boolean },
): HouseLayout {
  const width = style.width + (has.sticker ? stickerExtra : 0);
  const doorWidth = has.vestibule ? 62 : 38;
  const centre = has.sticker && style.doorAt === 0.5 ? width * 0.42 : width * style.doorAt;
  const storey = style.floors > 4 ? tallFloorHeight : floorHeight;
  const parlourY = pavementY - Math.max(style.stoop, 14);
  const wallHeight = storey * (style.floors - 1) + doorHeight + transomHeight + 24;
  const doorX = Math.min(Math.max(centre - doorWidth / 2, 18), width - doorWidth - 18);
  const door = {
    x: doorX,
    width: doorWidth,
    sillY: pavementY - style.stoop,
    height: doorHeight,
    transom: transomHeight,
  };
  // The buzzer hangs on the side with more wall.
  const onRight = doorX + doorWidth / 2 < width / 2;
  const sticker = has.sticker
    ? { x: onRight ? doorX + doorWidth + 29 : doorX - 29, y: door.sillY - 26 }
    : undefined;
  const windowWidth = style.columns === 2 ? 30 : 23;
  const step = width / style.columns;
  const columns = Array.from({ length: style.columns }, (_, column) => step * (column + 0.5));
  return {
    width,
    top: parlourY - wallHeight,
    floorHeight: storey,
    parlourY,
    door,
    sticker,
    columns,
    windowWidth,
  };
}
