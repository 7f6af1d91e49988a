/*
 * What a screen needs to show papers: no cryptography and no list of public suffixes, so that an app
 * can draw its first pages without them.
 */
export { codesPerProofMax } from "./papers/limits.ts";
export { readPolicyText } from "./papers/read-policy.ts";
export { sessionBody, sessionMessage } from "./papers/session-statement.ts";
export { describeSchedule } from "./schedule/index.ts";
