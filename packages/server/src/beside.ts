/*
 * What a program beside a server needs of it. Light on purpose: the server's own code takes a second
 * to load, and the demonstration starts as many programs as a street has doors.
 */
export { hasPeople, invite, inviteOwner } from "./people/invitations.ts";
export { createHostKeys, storeHostKeys } from "./platform/host-keys.ts";
export { openPool } from "./platform/pool.ts";
export { ownerUrlBeside } from "./platform/postgres/beside.ts";
export { claimFolder } from "./platform/postgres/folder-claim.ts";
export { roleUrl } from "./platform/roles.ts";
export { StartFault } from "./platform/start-fault.ts";
