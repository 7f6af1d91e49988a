import { describe, expect, it } from "vitest";
import { nodeCrypto } from "../crypto/node.ts";
import { generateSigner, type NodeSigner, randomText } from "../crypto/node-keys.ts";
import { worldStart } from "../testing/index.ts";
import type { Receipt, ReceiptPersonal } from "./bodies.ts";
import { type ChainHead, firstReceiptPrev, intakeReceipt, personalHash } from "./receipts.ts";
import { signPaper } from "./sign.ts";

const crypto = nodeCrypto();
const box = generateSigner("EdDSA");
const personal: ReceiptPersonal = { parcels: [0], drv: "drv-0001", salt: randomText(32) };

function bodyOf(change: Partial<Receipt> = {}, by: NodeSigner = box): Receipt {
  return {
    v: 1,
    iss: by.kid,
    att: `att_${"0".repeat(26)}`,
    bld: randomText(32),
    boot: randomText(16),
    ent: "street",
    flags: [],
    keysets: randomText(32),
    link: "test",
    ph: personalHash(crypto, personal),
    pol: randomText(32),
    prev: firstReceiptPrev,
    sensing: { kind: "none", result: "unknown" },
    seq: 1,
    stage: "released",
    stops: randomText(32),
    time: { local: worldStart },
    versions: { box: "1.0.0" },
    ...change,
  };
}

async function take(
  change: Partial<Receipt>,
  {
    head,
    shown = personal,
    kept,
    by = box,
    jwk = box.jwk,
    ctl = box.kid,
  }: {
    readonly head?: ChainHead;
    readonly shown?: ReceiptPersonal | undefined;
    readonly kept?: (seq: number) => string | undefined;
    readonly by?: NodeSigner;
    readonly jwk?: NodeSigner["jwk"];
    readonly ctl?: string;
  } = {},
) {
  const text = await signPaper("receipt", bodyOf(change), by);
  const kind = kept === undefined ? {} : { kept };
  return intakeReceipt({ crypto }, { text, personal: shown, head, ...kind }, { ctl, jwk });
}

const codeOf = (intake: Awaited<ReturnType<typeof take>>) =>
  intake.kind === "refused" ? intake.code : intake.kind;

describe("a receipt", () => {
  it("continues its chain by one", async () => {
    const first = await take({});
    if (first.kind !== "next") throw new Error(codeOf(first));
    const { head } = first;
    expect(head.seq).toBe(1);
    expect(codeOf(await take({ seq: 2, prev: head.hash }, { head }))).toBe("next");
    expect(codeOf(await take({ seq: 3, prev: head.hash }, { head }))).toBe("chain-gap");
    expect(codeOf(await take({ seq: 2, prev: randomText(32) }, { head }))).toBe("chain-fork");
    expect(codeOf(await take({ seq: 1 }, { head }))).toBe("chain-fork");
  });

  it("that is known already is told from another under its number", async () => {
    const text = await signPaper("receipt", bodyOf(), box);
    const key = { ctl: box.kid, jwk: box.jwk };
    const first = intakeReceipt({ crypto }, { text, personal, head: undefined }, key);
    if (first.kind !== "next") throw new Error(codeOf(first));
    const again = (head: ChainHead, kept?: (seq: number) => string | undefined) =>
      codeOf(intakeReceipt({ crypto }, { text, personal, head, ...(kept && { kept }) }, key));
    expect(again(first.head)).toBe("known");
    const later = { seq: 5, hash: randomText(32) };
    expect(again(later)).toBe("known");
    expect(again(later, () => first.head.hash)).toBe("known");
    expect(again(later, () => undefined)).toBe("known");
    expect(again(later, () => randomText(32))).toBe("chain-fork");
  });

  it("is the box's own word, its personal half included", async () => {
    expect(codeOf(await take({}, { by: generateSigner("EdDSA") }))).toBe("receipt-sig");
    expect(codeOf(await take({}, { by: { ...generateSigner("EdDSA"), kid: box.kid } }))).toBe(
      "receipt-sig",
    );
    expect(codeOf(await take({ iss: randomText(32) }))).toBe("receipt-sig");
    const other = { ...personal, drv: "drv-0002" };
    expect(codeOf(await take({}, { shown: other }))).toBe("receipt-sig");
    const key = { ctl: box.kid, jwk: box.jwk };
    const text = await signPaper("receipt", bodyOf(), box);
    expect(
      intakeReceipt({ crypto }, { text, personal: undefined, head: undefined }, key).kind,
    ).toBe("next");
    const phone = generateSigner("ES256");
    const foreign = await signPaper("receipt", bodyOf({}, phone), phone);
    const asked = { text: foreign, personal, head: undefined };
    expect(codeOf(intakeReceipt({ crypto }, asked, { ctl: phone.kid, jwk: phone.jwk }))).toBe(
      "receipt-sig",
    );
  });

  it("that cannot be read says so", async () => {
    const key = { ctl: box.kid, jwk: box.jwk };
    const asked = (text: string) =>
      codeOf(intakeReceipt({ crypto }, { text, personal, head: undefined }, key));
    expect(asked("x")).toBe("shape");
    expect(asked("x".repeat(9_000))).toBe("size");
  });
});
