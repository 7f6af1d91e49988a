import { parse } from "tldts";
import { type Policy, paperOrigin } from "./policy.ts";

/**
 * The registrable domain of a DNS name by the Public Suffix List: one such domain is one party.
 * `localhost` counts as a suffix, so `driver.localhost` and `console.localhost` are two parties.
 */
export function registrableDomain(name: string): string {
  if (name === "localhost" || name.endsWith(".localhost"))
    return name.split(".").slice(-2).join(".");
  return parse(name, { allowPrivateDomains: true }).domain ?? name;
}

/** The party behind a web origin; all paper keys together are one. */
export function partyOfOrigin(origin: string): string {
  if (origin === paperOrigin) return paperOrigin;
  const host = origin.replace(/^https?:\/\//, "").replace(/:[0-9]+$/, "");
  return registrableDomain(host);
}

/** One party in more than one role, for the sentence that every page of the building prints. */
export interface Overlap {
  readonly domain: string;
  readonly roles: readonly string[];
}

/** Which parties of a policy sit in several roles. Empty where each is on its own. */
export function overlapsOf(policy: Policy): readonly Overlap[] {
  const roles = new Map<string, Set<string>>();
  for (const [role, name] of rolesOf(policy)) {
    const party = registrableDomain(name);
    roles.set(party, (roles.get(party) ?? new Set()).add(role));
  }
  return [...roles]
    .filter(([, held]) => held.size > 1)
    .map(([domain, held]) => ({ domain, roles: [...held] }));
}

function rolesOf(policy: Policy): readonly (readonly [role: string, domain: string])[] {
  return [
    ["host", policy.host.domain],
    ...policy.carriers.map((carrier) => ["carrier", carrier.domain] as const),
    ...policy.carriers.flatMap((carrier) =>
      carrier.clearance.map((vetter) => ["vetter", vetter.domain] as const),
    ),
    ...policy.apps.domains.map((app) => ["app", app] as const),
    ...(policy.witnesses?.of ?? []).map((witness) => ["witness", witness.domain] as const),
  ];
}

/**
 * Whether the host is kept apart as papers.md demands: from every app, carrier, vetter and witness,
 * from at least one signing origin, and no party reaching the witnesses' quorum alone.
 */
export function partiesKeptApart(policy: Policy): boolean {
  const host = registrableDomain(policy.host.domain);
  const others = rolesOf(policy).filter(([role]) => role !== "host");
  if (others.some(([, name]) => registrableDomain(name) === host)) return false;
  const origins = policy.members.flatMap((member) =>
    member.keys.map((key) => partyOfOrigin(key.origin)),
  );
  if (!origins.some((origin) => origin !== host)) return false;
  const counts = new Map<string, number>();
  for (const witness of policy.witnesses?.of ?? []) {
    const party = registrableDomain(witness.domain);
    counts.set(party, (counts.get(party) ?? 0) + 1);
  }
  return [...counts.values()].every((count) => count < (policy.witnesses?.k ?? 0));
}
