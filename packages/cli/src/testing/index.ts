export { demoMember, personKey } from "../demo/member.ts";
export { memberOf, type Owner, ownerOf } from "../demo/owner.ts";
export {
  asParty,
  carrierDomain,
  makeHostKeys,
  makeParty,
  type PartyFolders,
  partyFolders,
  vetterDomain,
  writeManifest,
} from "../demo/parties.ts";
export { rootsOf } from "../demo/seed.ts";
