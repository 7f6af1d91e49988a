export { decodeBase64url, encodeBase64url } from "./base64url.ts";
export { concat, equalBytes, utf8 } from "./bytes.ts";
export { canonicalize, type JsonValue, parseCanonical } from "./jcs.ts";
