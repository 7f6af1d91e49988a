export * from "./messages.ts";
export { linkAuthMessage, type ParsedFrame, parseBoxMessage, parseServerMessage } from "./parse.ts";
