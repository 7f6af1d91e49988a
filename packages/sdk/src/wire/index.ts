/** How answers are asked for and read: for pages that call routes of the host which no client has yet. */
export type { Answer, Fault } from "./fault.ts";
export * from "./reader.ts";
export { type Call, createSend, newIdempotencyKey, type Send } from "./transport.ts";
