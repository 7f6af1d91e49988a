export { strikeKey } from "../strikes/virtual/line-socket.ts";
export { type MemoryStrike, memoryStrike } from "../strikes/virtual/memory-strike.ts";
export { type StrikeProcess, startStrikeProcess, until } from "../strikes/virtual/testing.ts";
export { type VirtualDoor, virtualDoor } from "../strikes/virtual/virtual-door.ts";
export { type BoxProcess, type Disk, startBox } from "./box-process.ts";
export { type SmallHost, startHost } from "./small-host.ts";
