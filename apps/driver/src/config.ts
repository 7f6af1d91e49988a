import { flag, maybe, parseJson, record, text } from "./json.ts";

/** What whoever serves this app says beside it, in `/config.json`: an address is no matter of a build. */
export interface Config {
  /** The host's API, such as `https://vestibule.example`. */
  readonly apiOrigin: string;
  /** The demo's street, the only page that may hand a parcel over without a camera. */
  readonly streetOrigin?: string;
  /** Where the demo hands out invitations: real ones come from the firm that screened the driver. */
  readonly inviteUrl?: string;
  /** True where doors and parcels are for show; every screen then says so. */
  readonly demo: boolean;
}

const served = record({
  apiOrigin: text,
  streetOrigin: maybe(text),
  inviteUrl: maybe(text),
  demo: maybe(flag),
});

/** Reads the configuration. `undefined` when it is none: an app that guesses a host would be worse. */
export function readConfig(source: string): Config | undefined {
  const read = served(parseJson(source));
  if (read === undefined || !isOrigin(read.apiOrigin)) return undefined;
  const { apiOrigin, streetOrigin, inviteUrl, demo = false } = read;
  if (streetOrigin !== undefined && !isOrigin(streetOrigin)) return undefined;
  const invites = demo && inviteUrl !== undefined && URL.canParse(inviteUrl) ? { inviteUrl } : {};
  return { apiOrigin, ...(streetOrigin === undefined ? {} : { streetOrigin }), ...invites, demo };
}

function isOrigin(address: string): boolean {
  return URL.canParse(address) && new URL(address).origin === address;
}
