export { type MemoryBox, memoryBox } from "./memory-box.ts";
export { makeWorld, type World, type WorldOptions } from "./world.ts";
