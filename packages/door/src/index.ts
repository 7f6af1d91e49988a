export { createDoor, type Door } from "./door.ts";
export type { DoorEvent, Effect, StoredReceipt, Write } from "./effects.ts";
export type { DoorIdentity, DoorPorts, DoorReads, DoorStored } from "./ports.ts";
export type { Sensing, StrikeFault, StrikeReport } from "./strike-report.ts";
export { timePaceMs } from "./time.ts";
