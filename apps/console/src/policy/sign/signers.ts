import { useQuery } from "@tanstack/react-query";
import {
  type AcceptedPolicy,
  encodeBase64url,
  type MemberKey,
  type Policy,
  type PolicySignature,
} from "@vestibule/core";
import { electorateOf, passkeyRequest, passkeySignature, policyBatch } from "@vestibule/sdk";
import { assertionOf } from "../../api/passkey.ts";
import { type DemoKey, type SigningKey, signWithDemoKey } from "../../api/people.ts";
import { demoKeyQuery, signingKeysQuery } from "../../queries.ts";
import { pageCrypto } from "../read-version.ts";

/** One key of a member that this page can have sign. */
export interface Signer {
  readonly member: string;
  readonly key: MemberKey;
  readonly label: string;
  readonly isDemo: boolean;
}

/** The own signing keys of this origin that may sign a policy, and the demonstration's. */
export function useSigners(
  policy: Policy,
  last: AcceptedPolicy | undefined,
): { readonly signers: readonly Signer[]; readonly isPending: boolean } {
  const own = useQuery(signingKeysQuery);
  const demo = useQuery(demoKeyQuery);
  const keys = { own: own.data ?? [], demo: demo.data ?? null };
  const signers = electorateOf(policy, last).members.flatMap((member) =>
    member.keys.flatMap((key) => signerOf(member.id, key, keys)),
  );
  return { signers, isPending: own.isPending || demo.isPending };
}

function signerOf(
  member: string,
  key: MemberKey,
  { own, demo }: { readonly own: readonly SigningKey[]; readonly demo: DemoKey | null },
): readonly Signer[] {
  if (demo !== null && key.cred === demo.cred)
    return [{ member, key, label: demo.label, isDemo: true }];
  const mine = own.find(({ cred }) => cred === key.cred);
  if (mine === undefined || key.origin !== location.origin) return [];
  return [{ member, key, label: mine.label, isDemo: false }];
}

/** Has a key sign a policy. @throws PasskeyError, RequestFault */
export async function signatureOf(signer: Signer, policy: Policy): Promise<PolicySignature> {
  const batch = policyBatch(pageCrypto, [policy]);
  if (!signer.isDemo) {
    const { response } = await assertionOf(passkeyRequest(batch, signer));
    return passkeySignature(batch, signer, response);
  }
  const assertion = await signWithDemoKey(encodeBase64url(batch.challenge));
  return { ...assertion, member: signer.member, cred: signer.key.cred, batch: batch.hashes };
}
