export { nodeCrypto } from "./crypto/node.ts";
export * from "./crypto/node-keys.ts";
export { createPasskey, type PasskeyOwner, usePasskey } from "./crypto/software-passkey.ts";
