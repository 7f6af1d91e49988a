export { nodeCrypto } from "./crypto/node.ts";
export * from "./crypto/node-keys.ts";
