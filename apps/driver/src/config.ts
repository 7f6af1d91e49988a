import { flag, maybe, parseJson, record, text } from "./json.ts";

/** What whoever serves this app says beside it, in `/config.json`: an address is no matter of a build. */
export interface Config {
  /** The host's API, such as `https://vestibule.example`. */
  readonly apiOrigin: string;
  /** The demo's street, the only page that may hand a parcel over without a camera. */
  readonly streetOrigin?: string;
  /** True where doors and parcels are for show; every screen then says so. */
  readonly demo: boolean;
}

const served = record({ apiOrigin: text, streetOrigin: maybe(text), demo: maybe(flag) });

/** Reads the configuration. `undefined` when it is none: an app that guesses a host would be worse. */
export function readConfig(source: string): Config | undefined {
  const read = served(parseJson(source));
  if (read === undefined || !isOrigin(read.apiOrigin)) return undefined;
  const { apiOrigin, streetOrigin, demo = false } = read;
  if (streetOrigin === undefined) return { apiOrigin, demo };
  return isOrigin(streetOrigin) ? { apiOrigin, streetOrigin, demo } : undefined;
}

function isOrigin(address: string): boolean {
  return URL.canParse(address) && new URL(address).origin === address;
}
