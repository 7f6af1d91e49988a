import type { Crypto } from "@vestibule/core";
import { browserCrypto } from "@vestibule/core/browser";
import { createSend, type TransportOptions } from "../wire/transport.ts";
import { type BuildingCalls, buildingCalls } from "./building-calls.ts";
import { type CarrierCalls, carrierCalls } from "./carrier-calls.ts";
import { type HandsetCalls, handsetCalls } from "./handset-calls.ts";

/** How to reach a host; `crypto` defaults to the one that runs everywhere. */
export interface ClientOptions extends TransportOptions {
  readonly crypto?: Crypto;
}

/** A host's whole interface, typed; every call answers a value or a Fault, and never throws. */
export interface Client {
  readonly origin: string;
  readonly carrier: CarrierCalls;
  readonly handset: HandsetCalls;
  readonly buildings: BuildingCalls;
}

/**
 * Makes a client of one host, for browsers and Node.
 *
 * @example
 * const client = createClient({ origin: "https://vestibule.example.com" });
 * const found = await client.carrier.directory({ address: "12 Linden Street, Brooklyn" });
 *
 * @throws TypeError when `origin` is no web origin.
 */
export function createClient(options: ClientOptions): Client {
  const send = createSend(options);
  return {
    origin: new URL(options.origin).origin,
    carrier: carrierCalls(options.crypto ?? browserCrypto(), send),
    handset: handsetCalls(send),
    buildings: buildingCalls(send),
  };
}
