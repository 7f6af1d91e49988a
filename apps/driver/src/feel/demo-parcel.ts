import type { Config } from "../config.ts";
import { oneOf, record, text } from "../json.ts";

const parcel = record({ type: oneOf("vestibule-demo-parcel"), text, symbology: text });

/** A label that the demo's street holds before the phone. */
export interface DemoParcel {
  readonly text: string;
}

/**
 * Reads a message of the street: exactly its three members, from exactly the configured origin, and
 * only where the configuration says that this is a demonstration.
 */
export function readDemoParcel(
  config: Config,
  event: { readonly origin: string; readonly data: unknown },
): DemoParcel | undefined {
  if (!config.demo || config.streetOrigin === undefined || event.origin !== config.streetOrigin)
    return undefined;
  const read = parcel(event.data);
  if (read === undefined || typeof event.data !== "object" || event.data === null) return undefined;
  return Object.keys(event.data).length === 3 ? { text: read.text } : undefined;
}
