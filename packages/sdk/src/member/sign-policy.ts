import {
  batchMax,
  type Crypto,
  canonicalize,
  decodeBase64url,
  encodeBase64url,
  type MemberKey,
  type Policy,
  type PolicySignature,
  paperOrigin,
  policyChallenge,
  policyHash,
  policyText,
  type Signer,
} from "@vestibule/core";

/** Policies that are signed together, and the bytes to sign. */
export interface PolicyBatch {
  /** Sorted distinct hashes. */
  readonly hashes: readonly string[];
  readonly challenge: Uint8Array;
}

/**
 * The challenge over the policies that a page has shown, and over no other.
 *
 * @throws RangeError when there is none or more than 64.
 */
export function policyBatch(crypto: Crypto, policies: readonly Policy[]): PolicyBatch {
  const hashes = [...new Set(policies.map((policy) => policyHash(crypto, policy)))].toSorted();
  if (hashes.length === 0 || hashes.length > batchMax)
    throw new RangeError(`1 to ${batchMax} policies are signed together`);
  return { hashes, challenge: policyChallenge(crypto, hashes) };
}

/** The member and the key that signs. */
export interface SigningMember {
  readonly member: string;
  readonly key: MemberKey;
}

/** A browser's answer to {@link passkeyRequest}, as `navigator.credentials.get` gives it. */
export interface PasskeyAssertion {
  readonly authenticatorData: ArrayBuffer;
  readonly clientDataJSON: ArrayBuffer;
  readonly signature: ArrayBuffer;
}

/** What to hand to `navigator.credentials.get({ publicKey })`: this key, with a finger. */
export function passkeyRequest(
  batch: PolicyBatch,
  { key }: SigningMember,
): {
  readonly challenge: Uint8Array<ArrayBuffer>;
  readonly rpId: string;
  readonly userVerification: "required";
  readonly timeout: number;
  readonly allowCredentials: {
    readonly type: "public-key";
    readonly id: Uint8Array<ArrayBuffer>;
  }[];
} {
  const id = decodeBase64url(key.cred);
  if (id === undefined) throw new TypeError("a member's credential id is not base64url");
  return {
    challenge: new Uint8Array(batch.challenge),
    rpId: key.rpId,
    userVerification: "required",
    timeout: 120_000,
    allowCredentials: [{ type: "public-key", id: new Uint8Array(id) }],
  };
}

/** A passkey's signature as a policy carries it. */
export function passkeySignature(
  batch: PolicyBatch,
  { member, key }: SigningMember,
  assertion: PasskeyAssertion,
): PolicySignature {
  const text = (buffer: ArrayBuffer) => encodeBase64url(new Uint8Array(buffer));
  return {
    member,
    cred: key.cred,
    batch: batch.hashes,
    authenticatorData: text(assertion.authenticatorData),
    clientDataJSON: text(assertion.clientDataJSON),
    signature: text(assertion.signature),
  };
}

/** A member's paper key signs the challenge's bytes themselves. */
export async function paperKeySignature(
  batch: PolicyBatch,
  { member, key }: SigningMember,
  signer: Signer,
): Promise<PolicySignature> {
  if (key.origin !== paperOrigin || canonicalize(key.jwk) !== canonicalize(signer.jwk))
    throw new TypeError("this is not the member's paper key");
  const signature = encodeBase64url(await signer.sign(batch.challenge));
  return { member, cred: key.cred, batch: batch.hashes, signature };
}

/** The policy's text with one more signature; a member who signed already replaces his own. */
export function withSignature(
  policy: Policy,
  sigs: readonly PolicySignature[],
  added: PolicySignature,
): { readonly text: string; readonly sigs: readonly PolicySignature[] } {
  const others = sigs.filter(({ member, cred }) => member !== added.member || cred !== added.cred);
  const all = [...others, added];
  return { text: policyText(policy, all), sigs: all };
}
