export type { GestureOptions } from "./gestures.ts";
export { type MemoryBox, memoryBox } from "./memory-box.ts";
export { held, makeParty, type WorldParty } from "./parties.ts";
export { makeWorld, type World, type WorldOptions, worldStart } from "./world.ts";
export type { Bend } from "./world-papers.ts";
