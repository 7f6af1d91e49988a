export { type DoorRig, type DoorRigOptions, makeDoorRig, type SeenPulse } from "./door-rig.ts";
export { type MemoryStore, memoryStore } from "./memory-store.ts";
