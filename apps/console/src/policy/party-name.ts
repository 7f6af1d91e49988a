import { useQuery } from "@tanstack/react-query";
import { partiesQuery } from "../queries.ts";

/** A carrier's name at this host, by its root; undefined where it has none but its domain. */
export function usePartyName(root: string): string | undefined {
  const known = useQuery(partiesQuery("carriers")).data?.find((party) => party.root === root);
  return known === undefined || known.name === known.domain ? undefined : known.name;
}
