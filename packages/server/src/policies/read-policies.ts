import { type AcceptedPolicy, type Crypto, policyInForce, restorePolicy } from "@vestibule/core";
import type { DatabaseTransaction } from "../platform/database.ts";
import { type PolicyRow, readPolicyRows } from "./policy-store.ts";

/** A building's accepted policies, oldest first, and what of them counts at a moment. */
export interface PolicyStanding {
  readonly chain: readonly AcceptedPolicy[];
  readonly inForce: AcceptedPolicy | undefined;
  /** Accepted, but their notice still runs. */
  readonly pending: readonly AcceptedPolicy[];
  readonly rows: readonly PolicyRow[];
}

/** Reads the policies of the building that a transaction is about. */
export interface PolicyReader {
  readonly read: (
    transaction: DatabaseTransaction,
    buildingId: string,
    nowMs: number,
  ) => Promise<PolicyStanding>;
}

/** Parsed policies that one process keeps: parsing costs milliseconds, a building has few. */
export const parsedPoliciesMax = 5_000;

/**
 * Makes a reader that parses each stored policy once. What counts when is asked of the rows each
 * time: only the parse is remembered.
 */
export function createPolicyReader(crypto: Crypto): PolicyReader {
  const parsed = new Map<string, AcceptedPolicy>();
  const restore = (row: PolicyRow): AcceptedPolicy => {
    const inForceFrom = Math.floor(row.inForceFromMs / 1000);
    const name = `${row.hash} ${inForceFrom}`;
    const known = parsed.get(name);
    if (known !== undefined) return known;
    const restored = restorePolicy(crypto, { text: row.text, inForceFrom });
    if ("kind" in restored) throw new Error(`a stored policy cannot be read: ${restored.code}`);
    if (parsed.size >= parsedPoliciesMax) parsed.clear();
    parsed.set(name, restored);
    return restored;
  };
  return {
    read: async (transaction, buildingId, nowMs) => {
      const rows = await readPolicyRows(transaction, buildingId);
      const chain = rows.map(restore);
      const at = Math.floor(nowMs / 1000);
      return {
        chain,
        rows,
        inForce: policyInForce(chain, at),
        pending: chain.filter(({ inForceFrom }) => inForceFrom > at),
      };
    },
  };
}
