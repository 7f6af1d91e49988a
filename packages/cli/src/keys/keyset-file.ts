import { join } from "node:path";
import { type AcceptedKeyset, checkKeyset, openKeyset, signPaper } from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import { readOwnFile, replacePrivateFile } from "../files/private-file.ts";
import { CliFault } from "../terminal/cli-fault.ts";
import { type KeptKey, namesIn, type RootRole, signerIn, usesOfRole } from "./key-file.ts";

const crypto = nodeCrypto();
const dayS = 86_400;

/** A signed keyset as it is kept beside the keys. */
export interface KeptKeyset {
  readonly path: string;
  readonly keyset: AcceptedKeyset;
}

/**
 * The keysets of a folder.
 *
 * @throws CliFault `keyset-unreadable` for a damaged one: passed over, its version would be given
 * away a second time, which every host refuses.
 */
export function keysetsIn(folder: string): readonly KeptKeyset[] {
  return namesIn(folder, ".keyset").map((name) => {
    const path = join(folder, name);
    const opened = openKeyset({ crypto }, (readOwnFile(path) ?? "").trim());
    if (opened.kind === "refused")
      throw new CliFault(
        "keyset-unreadable",
        `${path} is no keyset (${opened.code}); restore it from a backup, or remove it and fetch the newest from a host.`,
      );
    return { path, keyset: opened.keyset };
  });
}

/** Until when a key counts by the keysets that name it, epoch seconds; undefined where none does. */
export function certifiedUntil(keysets: readonly KeptKeyset[], kid: string): number | undefined {
  const ends = keysets.flatMap(({ keyset }) => {
    const named = keyset.keys.get(kid);
    return named === undefined ? [] : [Math.min(named.exp, keyset.body.exp)];
  });
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** What a keyset is signed of. */
export interface KeysetOrder {
  readonly root: KeptKey;
  readonly folder: string;
  readonly keys: readonly KeptKey[];
  /** Lifetime in days, at most 35. */
  readonly days: number;
  /** Epoch seconds. */
  readonly at: number;
}

/**
 * Signs the next version of a root's keyset and keeps it beside the keys. A version is never used
 * twice: the highest one kept, plus one.
 *
 * @throws CliFault `not-a-root`, `no-daily-keys`, `key-use`, `keyset-refused`
 */
export async function signKeyset(order: KeysetOrder): Promise<KeptKeyset> {
  const { root, folder, keys, days, at } = order;
  const { role, domain, kind } = root.notes;
  if (kind !== "root")
    throw new CliFault("not-a-root", `${root.path} is a daily key; a keyset is signed by a root.`);
  if (keys.length === 0)
    throw new CliFault(
      "no-daily-keys",
      `There is no daily key of ${domain} yet; make one with vestibule keys sub --role ${role}.`,
    );
  const held = newestOf(folder, root.kid);
  const exp = at + days * dayS;
  const body = {
    v: 1,
    iss: root.kid,
    sub: root.jwk,
    ver: (held?.keyset.body.ver ?? 0) + 1,
    domain,
    exp,
    keys: keys.map((key) => keysetKey(key, role, { nbf: at - 60, exp })),
  };
  const text = await signPaper("keyset", body, signerIn(root));
  const opened = openKeyset({ crypto }, text);
  const refusal =
    opened.kind === "refused"
      ? opened
      : checkKeyset(opened.keyset, { role, domain, held: held?.keyset, at });
  if (opened.kind === "refused" || refusal !== undefined)
    throw new CliFault(
      "keyset-refused",
      `The doors would refuse this keyset (${refusal?.code ?? "shape"}); check its keys and days.`,
    );
  const path = join(folder, `${domain}.${role}.keyset`);
  replacePrivateFile(path, `${text}\n`);
  return { path, keyset: opened.keyset };
}

/** The newest keyset of a root that a folder holds. */
export function newestOf(folder: string, root: string): KeptKeyset | undefined {
  return keysetsIn(folder)
    .filter(({ keyset }) => keyset.root === root)
    .toSorted((left, right) => left.keyset.body.ver - right.keyset.body.ver)
    .at(-1);
}

function keysetKey(
  key: KeptKey,
  role: RootRole,
  { nbf, exp }: { readonly nbf: number; readonly exp: number },
) {
  const { use, contractor } = key.notes;
  if (use === undefined || !usesOfRole[role].some((allowed) => allowed === use))
    throw new CliFault(
      "key-use",
      `${key.path} is no key for a ${role}; its use must be ${usesOfRole[role].join(" or ")}.`,
    );
  const until = contractor === undefined ? exp : Math.min(exp, contractor.until);
  return {
    jwk: key.jwk,
    use,
    nbf,
    exp: until,
    ...(contractor === undefined ? {} : { contractor }),
  };
}
