export { type BoxKeys, loadBoxKeys, makeClaim, writeSecret } from "./box-files.ts";
export {
  boundedMemo,
  boxVersion,
  type Controller,
  type ControllerOptions,
  heldOpenMsDefault,
  startController,
} from "./controller.ts";
export { type LinkOut, type Runtime, type RuntimeOptions, startRuntime } from "./runtime.ts";
export { type BoxStore, openBoxStore } from "./store/box-store.ts";
export type { Pulse, Strike } from "./strikes/strike.ts";
export { strikeKey } from "./strikes/virtual/line-socket.ts";
export { type DoorLook, type VirtualDoor, virtualDoor } from "./strikes/virtual/virtual-door.ts";
export { virtualStrike } from "./strikes/virtual/virtual-strike.ts";
