import {
  type AcceptedPolicy,
  type Assignment,
  acceptPolicy,
  type Badge,
  canonicalize,
  codesAad,
  type Decision,
  decide,
  encodeBase64url,
  firstReceiptPrev,
  type Grant,
  hashText,
  importSealPrivateKey,
  intakeReceipt,
  keepBitmap,
  type LiveTicket,
  makeTicket,
  memberIssuer,
  newTapWindow,
  openKeyset,
  openTicket,
  type Proof,
  type PublicJwk,
  paperHash,
  parcelDigest,
  pepperAad,
  personalHash,
  policyChallenge,
  policyText,
  proofHash,
  type Receipt,
  type ReceiptPersonal,
  type Stop,
  signPaper,
  softwareTap,
  stopChallenge,
  unsealCodes,
  unsealPepper,
  utf8,
} from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import { memoryBox } from "@vestibule/core/testing";
import {
  at,
  type Cast,
  cast,
  dayS,
  fixed,
  fixedText,
  genesisOf,
  sealFixed,
  signaturesOf,
} from "./example-cast.ts";

const crypto = nodeCrypto();
/** The number on the parcel's label, in its canonical form. */
const code = "1Z999AA10123456784";

/** One paper of the example, as the documentation prints it. */
export interface ExamplePaper {
  readonly name: string;
  readonly text: string;
  readonly hash: string;
}

/** The whole example: every party's public key, every paper, and what the box decided. */
export interface PapersExample {
  readonly keys: readonly {
    readonly name: string;
    readonly jwk: PublicJwk;
    readonly kid: string;
  }[];
  readonly derived: readonly { readonly name: string; readonly value: string }[];
  readonly papers: readonly ExamplePaper[];
  readonly decision: string;
}

async function shownPapers(cast: Cast, bld: string) {
  const { host, carrier, vetter, handset, box, seal } = cast;
  const badgeBody: Badge = {
    v: 1,
    iss: vetter.root.kid,
    car: carrier.root.kid,
    cnf: { jkt: handset.kid },
    drv: "drv-example-1",
    uv: false,
    app: "driver.example",
    cleared_until: at + 60 * dayS,
    exp: at + 60 * dayS,
    inv: fixedText("consent and enrolment"),
  };
  const badge = await signPaper("badge", badgeBody, vetter.key);
  const jti = fixedText("assignment jti", 16);
  const car = carrier.root.kid;
  const pepper = fixed("pepper");
  const sealed = await sealFixed({
    to: seal,
    info: "vestibule/pepper/1",
    aad: pepperAad({ bld, car, jti, ctl: box.kid }),
    plaintext: pepper,
    name: "pepper ephemeral",
  });
  const assignmentBody: Assignment = {
    v: 1,
    iss: car,
    bld,
    cnf: { jkt: handset.kid },
    badge: paperHash(crypto, badge),
    purpose: "deliver",
    nbf: at - 3_600,
    exp: at + 8 * 3_600,
    jti,
    pep: [{ ctl: box.kid, ...sealed }],
    parcels: [{ d: encodeBase64url(parcelDigest(crypto, pepper, { car, code })) }],
  };
  const assignment = await signPaper("assignment", assignmentBody, carrier.key);
  const grantBody: Grant = {
    v: 1,
    iss: host.root.kid,
    bld,
    ctl: box.kid,
    ents: ["street"],
    asg: paperHash(crypto, assignment),
    keep: keepBitmap(1, () => true),
    nbf: assignmentBody.nbf,
    exp: assignmentBody.exp,
    jti: fixedText("grant jti", 16),
    salt: fixedText("grant salt"),
  };
  const grant = await signPaper("grant", grantBody, host.key);
  return { badge, assignment, grant, assignmentBody, pepper };
}

/** Runs the example through the project's own code: what it prints was accepted by it. */
export async function papersExample(): Promise<PapersExample> {
  const all = await cast();
  const { host, carrier, vetter, box, handset, tag, anna } = all;
  const genesis = genesisOf(all);
  const policy = policyText(genesis, await signaturesOf(genesis, all));
  const taken = acceptPolicy(crypto, { text: policy, last: undefined, at });
  if (taken.kind === "refused") throw new Error(`the example's policy: ${taken.code}`);
  const { accepted } = taken;
  const { bld } = accepted;
  const shown = await shownPapers(all, bld);
  const papers = { ...shown, handset: handset.jwk };
  const keysets = new Map(
    [host, carrier, vetter].map(({ root, keyset }) => {
      const opened = openKeyset({ crypto }, keyset);
      if (opened.kind === "refused") throw new Error(`the example's keyset: ${opened.code}`);
      return [root.kid, { keyset: opened.keyset, includedAt: new Map<string, number>() }];
    }),
  );
  const boot = fixedText("boot", 16);
  const memory = memoryBox({ boot, spentSecret: fixed("spent secret") });
  const state = {
    crypto,
    ctl: box.kid,
    policies: [accepted],
    keysets,
    stops: [],
    rolledBack: false,
    box: memory.facts,
  };
  const now = { trusted: at, ageS: 5, monotonicMs: 1_000_000 };
  const tap = softwareTap(crypto, { ...tag, counter: 1, filler: fixed("filler", 5) });
  const made = makeTicket(
    state,
    { tags: [tag], window: () => newTapWindow(), live: [], boot, nonce: fixed("nonce") },
    { request: { papers, ent: "street", presence: { kind: "tap", tap } }, now },
  );
  if (made.kind === "refused") throw new Error(`the example's tap: ${made.refusal.code}`);
  const ticket = `${made.signingInput}.${encodeBase64url(await box.sign(utf8(made.signingInput)))}`;
  const checked = openTicket(
    { crypto },
    { text: ticket, jwk: box.jwk },
    { policy: accepted, jkt: handset.kid, grant: paperHash(crypto, shown.grant) },
  );
  if (checked.kind === "refused") throw new Error(`the example's ticket: ${checked.code}`);
  const live: LiveTicket = {
    hash: made.hash,
    body: made.body,
    madeAtMs: now.monotonicMs,
    usedBy: undefined,
  };
  memory.tickets.set(live.hash, live);
  const { proof, body } = await proofOver(all, { live, shown });
  const sealKey = await importSealPrivateKey(all.sealSecret);
  const unsealed = {
    pepper: await unsealPepper(sealKey, shown.assignmentBody, box.kid),
    codes: await unsealCodes(sealKey, body),
  };
  const request = { papers, ent: "street", proof: { kind: "jws", text: proof }, unsealed } as const;
  const decision = decide(state, request, { ...now, monotonicMs: now.monotonicMs + 4_000 });
  if (decision.kind !== "open")
    throw new Error(`the example was not opened: ${JSON.stringify(decision)}`);
  const { receipt, personal } = await receiptOf(all, {
    accepted,
    proof,
    decision,
    boot,
    keysets: [...keysets.values()].map(({ keyset }) => keyset.hash),
  });
  const stop = memberStop({ bld, handset: handset.kid });
  const jws = (name: string, text: string) => ({ name, text, hash: paperHash(crypto, text) });
  return {
    keys: [
      ...(
        [
          ["host", host],
          ["carrier", carrier],
          ["vetter", vetter],
        ] as const
      ).flatMap(([name, { root, key }]) => [
        { name: `${name}: root`, jwk: root.jwk, kid: root.kid },
        { name: `${name}: daily key`, jwk: key.jwk, kid: key.kid },
      ]),
      { name: "member anna (passkey)", jwk: anna.jwk, kid: anna.kid },
      { name: "member ben (paper key)", jwk: all.ben.jwk, kid: all.ben.kid },
      { name: "box", jwk: box.jwk, kid: box.kid },
      { name: "handset", jwk: handset.jwk, kid: handset.kid },
    ],
    derived: [
      { name: "canonical code", value: code },
      { name: "pepper", value: encodeBase64url(shown.pepper) },
      { name: "box's seal key, private", value: encodeBase64url(all.sealSecret) },
      { name: "the tap's address ends with", value: `?e=${tap.e}&c=${tap.c}` },
      { name: "sticker's UID", value: Buffer.from(tag.uid).toString("hex").toUpperCase() },
      { name: "policy challenge", value: encodeBase64url(policyChallenge(crypto, [bld])) },
    ],
    papers: [
      { name: "policy (its hash is `bld`)", text: policy, hash: accepted.hash },
      jws("keyset of the host", host.keyset),
      jws("keyset of the carrier", carrier.keyset),
      jws("keyset of the vetter", vetter.keyset),
      jws("badge", shown.badge),
      jws("assignment", shown.assignment),
      jws("grant", shown.grant),
      jws("ticket", ticket),
      jws("proof", proof),
      jws("receipt", receipt),
      { ...personal, name: "receipt's personal half (its hash is `ph`)" },
      stop,
    ],
    decision: canonicalize({
      kind: decision.kind,
      ent: decision.ent,
      pulseMs: decision.pulseMs,
      parcels: decision.parcels,
      retry: decision.retry,
      changes: decision.changes.map(({ kind }) => kind),
    }),
  };
}

async function proofOver(
  { box, seal, handset }: Cast,
  {
    live,
    shown,
  }: { readonly live: LiveTicket; readonly shown: { grant: string; assignment: string } },
): Promise<{ readonly proof: string; readonly body: Proof }> {
  const sealed = await sealFixed({
    to: seal,
    info: "vestibule/codes/1",
    aad: codesAad({ ticket: live.hash, jkt: handset.kid }),
    plaintext: utf8(canonicalize([code])),
    name: "codes ephemeral",
  });
  const body: Proof = {
    v: 1,
    iss: handset.kid,
    ticket: live.hash,
    grant: paperHash(crypto, shown.grant),
    asg: paperHash(crypto, shown.assignment),
    ctl: box.kid,
    ent: "street",
    purpose: "deliver",
    jti: fixedText("proof jti", 16),
    sealed,
  };
  return { proof: await signPaper("proof", body, handset), body };
}

/** What the box signs when its contact has seen the door open. */
async function receiptOf(
  { box }: Cast,
  {
    accepted,
    proof,
    decision,
    boot,
    keysets,
  }: {
    readonly accepted: AcceptedPolicy;
    readonly proof: string;
    readonly decision: Decision & { readonly kind: "open" };
    readonly boot: string;
    readonly keysets: readonly string[];
  },
): Promise<{ readonly receipt: string; readonly personal: ExamplePaper }> {
  const { identified } = decision;
  const personal: ReceiptPersonal = {
    salt: fixedText("receipt salt"),
    asg: identified.assignment,
    car: identified.carrier,
    drv: identified.driver,
    grant: identified.grant,
    proof: proofHash(crypto, { kind: "jws", text: proof }),
    parcels: decision.parcels,
  };
  const body: Receipt = {
    v: 1,
    iss: box.kid,
    bld: accepted.bld,
    ent: "street",
    seq: 1,
    prev: firstReceiptPrev,
    boot,
    att: "att_01jd0000000000000000000000",
    stage: "confirmed",
    time: { local: at + 6, floor: at, age: 11 },
    pol: accepted.hash,
    keysets: hashText(crypto, utf8(keysets.toSorted().join("\n"))),
    stops: encodeBase64url(new Uint8Array(32)),
    link: "websocket",
    sensing: { kind: "contact", result: "opened" },
    flags: [],
    versions: { box: "0.1.0" },
    ph: personalHash(crypto, personal),
  };
  const receipt = await signPaper("receipt", body, box);
  const taken = intakeReceipt(
    { crypto },
    { text: receipt, personal, head: undefined },
    { ctl: box.kid, jwk: box.jwk },
  );
  if (taken.kind !== "next") throw new Error("the example's receipt was not taken");
  const { salt, ...members } = personal;
  const text = `salt ${salt}\n${canonicalize(members)}`;
  return { receipt, personal: { name: "", text, hash: personalHash(crypto, personal) } };
}

/** A member shuts one handset out; it travels as this text with an assertion over its challenge. */
function memberStop({
  bld,
  handset,
}: {
  readonly bld: string;
  readonly handset: string;
}): ExamplePaper {
  const body: Stop = {
    v: 1,
    iss: memberIssuer(crypto, "anna"),
    bld,
    target: { kind: "handset", hash: handset },
    on: true,
    seq: 1,
    iat: at + 600,
  };
  return {
    name: "stop by member anna (its hash is the challenge)",
    text: canonicalize(body),
    hash: encodeBase64url(stopChallenge(crypto, body)),
  };
}
