import { describe, expect, it } from "vitest";
import { nodeCrypto } from "../crypto/node.ts";
import { generateSigner, type NodeSigner } from "../crypto/node-keys.ts";
import { makeParty, worldStart } from "../testing/index.ts";
import { checkKeyset, keyFor, keysApart, openKeyset } from "./keysets.ts";
import { dayS } from "./limits.ts";
import { signPaper } from "./sign.ts";

const crypto = nodeCrypto();
const context = { crypto };

async function open(change: object = {}, signer?: NodeSigner) {
  const party = await makeParty("ups.example", "dispatch", worldStart);
  const text = await signPaper("keyset", { ...party.keysetBody, ...change }, signer ?? party.root);
  return { party, result: openKeyset(context, text) };
}

const codeOf = (result: ReturnType<typeof openKeyset>) =>
  result.kind === "refused" ? result.code : result.kind;

async function keysetOf(change: object = {}) {
  const { party, result } = await open(change);
  if (result.kind === "refused") throw new Error(result.code);
  return { party, keyset: result.keyset };
}

describe("a keyset", () => {
  it("is the root's own word on its keys", async () => {
    const { party, keyset } = await keysetOf();
    expect(keyset.root).toBe(party.root.kid);
    expect([...keyset.keys.keys()]).toEqual([party.key.kid, party.stop.kid]);
    expect(codeOf((await open({}, generateSigner("EdDSA"))).result)).toBe("kid-unknown");
    expect(codeOf((await open({ iss: "A".repeat(43) })).result)).toBe("iss-mismatch");
    expect(codeOf(openKeyset(context, "x"))).toBe("shape");
  });

  it("lists each key once, and never its root", async () => {
    const party = await makeParty("ups.example", "dispatch", worldStart);
    const [first] = party.keysetBody.keys;
    const withKeys = async (keys: readonly object[]) =>
      codeOf(
        openKeyset(context, await signPaper("keyset", { ...party.keysetBody, keys }, party.root)),
      );
    expect(await withKeys([{ ...first }, { ...first, use: "stop" }])).toBe("role");
    expect(await withKeys([{ ...first, jwk: party.root.jwk }])).toBe("role");
    const contractor = { name: "Lastmile", cap: 1, until: worldStart };
    expect(await withKeys([{ ...first, contractor }])).toBe("keyset");
    expect(await withKeys([{ ...first, contractor, use: "stop" }])).toBe("role");
  });

  it("replaces only what is older, and lives 35 days at most", async () => {
    const { keyset } = await keysetOf({ ver: 5 });
    const terms = {
      role: "carrier",
      domain: "ups.example",
      held: undefined,
      at: worldStart,
    } as const;
    const older = { ...keyset, body: { ...keyset.body, ver: 4 } };
    const twin = { ...keyset, hash: "A".repeat(43) };
    expect(checkKeyset(keyset, terms)).toBeUndefined();
    expect(checkKeyset(keyset, { ...terms, held: older })).toBeUndefined();
    expect(checkKeyset(keyset, { ...terms, held: keyset })).toBeUndefined();
    expect(checkKeyset(older, { ...terms, held: keyset })?.code).toBe("keyset-rollback");
    expect(checkKeyset(twin, { ...terms, held: keyset })?.code).toBe("keyset-rollback");
    expect(checkKeyset(keyset, { ...terms, domain: "fedex.example" })?.code).toBe("role");
    expect(checkKeyset(keyset, { ...terms, role: "vetter" })?.code).toBe("role");
    expect(checkKeyset(keyset, { ...terms, at: keyset.body.exp })?.code).toBe("keyset-expired");
    const from = keyset.body.exp - 35 * dayS;
    expect(checkKeyset(keyset, { ...terms, at: from })).toBeUndefined();
    expect(checkKeyset(keyset, { ...terms, at: from - 1 })?.code).toBe("too-long-lived");
  });

  it("gives a key for its use and its time only", async () => {
    const { party, keyset } = await keysetOf();
    const find = (change: object) => {
      const wanted = { kid: party.key.kid, use: "dispatch" as const, at: worldStart, ...change };
      const found = keyFor(keyset, wanted);
      return found.kind === "refused" ? found.code : found.kind;
    };
    expect(find({})).toBe("key");
    expect(find({ kid: "A".repeat(43) })).toBe("kid-unknown");
    expect(find({ use: "stop" })).toBe("role");
    expect(find({ at: worldStart - dayS })).toBe("key");
    expect(find({ at: worldStart - dayS - 1 })).toBe("not-yet");
    expect(find({ at: worldStart + 30 * dayS })).toBe("expired");
  });

  it("shares no key with another keyset or with the policy", async () => {
    const [one, two] = [await keysetOf(), await keysetOf()];
    const none = { thumbprints: new Set<string>() };
    expect(keysApart(none, [one.keyset, two.keyset])).toBe(true);
    expect(keysApart(none, [one.keyset, two.keyset, one.keyset])).toBe(false);
    const named = { thumbprints: new Set([two.party.stop.kid]) };
    expect(keysApart(named, [one.keyset])).toBe(true);
    expect(keysApart(named, [one.keyset, two.keyset])).toBe(false);
  });
});
