import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import {
  type AcceptedPolicy,
  encodeBase64url,
  type MemberKey,
  type Policy,
  type PolicySignature,
} from "@vestibule/core";
import {
  passkeyRequest,
  passkeySignature,
  policyBatch,
  reviewPolicy,
  withSignature,
} from "@vestibule/sdk";
import { Button, Notice } from "@vestibule/ui";
import { type ReactElement, useEffect, useMemo, useState } from "react";
import { offerPolicy } from "../api/buildings.ts";
import { assertionOf } from "../api/passkey.ts";
import { type DemoKey, type SigningKey, signWithDemoKey } from "../api/people.ts";
import { useBuilding } from "../building/building-context.ts";
import { downloadText } from "../download.ts";
import { consoleQueries, demoKeyQuery, signingKeysQuery } from "../queries.ts";
import { useSetting, useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { sayDuration } from "../words/duration.ts";
import { refusalText } from "../words/faults.ts";
import { Changes } from "./changes.tsx";
import { editWords } from "./edit-words.ts";
import { pageCrypto } from "./read-version.ts";

interface SigningProps {
  readonly last: AcceptedPolicy;
  readonly policy: Policy;
  readonly isChanged: boolean;
}

/** One key of the policy in force that this page can have sign. */
interface Signer {
  readonly member: string;
  readonly key: MemberKey;
  readonly label: string;
  readonly isDemo: boolean;
}

/** Shows what changes, has it signed by the keys at hand, and hands it in once the quorum is there. */
export function Signing({ last, policy, isChanged }: SigningProps): ReactElement {
  const said = useWords(editWords);
  const { locale } = useSetting();
  const { hash, refusal } = useMemo(() => reviewPolicy(pageCrypto, policy), [policy]);
  const noticeS = Math.max(last.policy.notice_s, policy.notice_s);
  return (
    <section className="c-card" aria-label={said.review}>
      <h2>{said.review}</h2>
      {isChanged ? <Changes before={last.policy} after={policy} /> : <p>{said.unchanged}</p>}
      {isChanged && refusal !== undefined ? (
        <Notice tone="refused" title={said.wrong} live>
          <p>{refusalText(refusal.code, locale)}</p>
        </Notice>
      ) : null}
      {isChanged && refusal === undefined ? (
        <>
          <p>{said.takes(sayDuration(noticeS, locale))}</p>
          <SignForm key={hash} last={last} policy={policy} />
        </>
      ) : null}
    </section>
  );
}

interface SignFormProps {
  readonly last: AcceptedPolicy;
  readonly policy: Policy;
}

function SignForm({ last, policy }: SignFormProps): ReactElement {
  const said = useWords(editWords);
  const navigate = useNavigate();
  const { building } = useBuilding();
  const signers = useSigners(last);
  const [sigs, setSigs] = useState<readonly PolicySignature[]>([]);
  const needed = last.policy.quorum.members;
  const offer = useMutation({
    mutationFn: (text: string) => offerPolicy(building.id, text),
    onSuccess: async () => {
      await consoleQueries.invalidateQueries({ queryKey: ["building", building.id] });
      await consoleQueries.invalidateQueries({ queryKey: ["policies", building.id] });
      await navigate({
        to: "/buildings/$buildingId/policy",
        params: { buildingId: building.id },
        search: {},
      });
    },
  });
  const sign = useMutation({
    mutationFn: (signer: Signer) => signatureOf(signer, policy),
    onSuccess: (added) => {
      const signed = withSignature(policy, sigs, added);
      setSigs(signed.sigs);
      if (new Set(signed.sigs.map(({ member }) => member)).size >= needed)
        offer.mutate(signed.text);
    },
  });
  // Answers that belong to an older text must not stand beside a newer one.
  useEffect(() => () => sign.reset(), [sign.reset]);
  const done = new Set(sigs.map(({ member }) => member)).size;
  const isBusy = sign.isPending || offer.isPending;
  return (
    <>
      {signers.length === 0 ? (
        <Notice tone="info" title={said.noKey}>
          <p>{said.noKeyWhy}</p>
          <p className="c-notice__action">
            <Link to="/keys">{said.toKeys}</Link>
          </p>
        </Notice>
      ) : null}
      {sign.isError ? <FaultNotice error={sign.error} /> : null}
      {offer.isError ? <FaultNotice error={offer.error} /> : null}
      <p role="status">{isBusy ? said.busy : done > 0 ? said.signed(done, needed) : ""}</p>
      <div className="c-actions">
        {signers.map((signer) => (
          <Button
            key={signer.key.cred}
            tone="primary"
            disabled={isBusy}
            onClick={() => sign.mutate(signer)}
          >
            {said.signWith(signer.isDemo ? signer.label : said.passkey(signer.label))}
          </Button>
        ))}
        {done > 0 && done < needed ? (
          <Button
            onClick={() => {
              const first = sigs[0];
              if (first === undefined) return;
              const { text } = withSignature(policy, sigs, first);
              downloadText(`policy-${policy.ver}-signed.json`, text, "application/json");
            }}
          >
            {said.handOn}
          </Button>
        ) : null}
      </div>
    </>
  );
}

/** The own signing keys of this origin that the policy names, and the demonstration's. */
function useSigners({ policy }: AcceptedPolicy): readonly Signer[] {
  const own = useQuery(signingKeysQuery).data ?? [];
  const demo = useQuery(demoKeyQuery).data ?? null;
  return policy.members.flatMap((member) =>
    member.keys.flatMap((key) => signerOf(member.id, key, { own, demo })),
  );
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

async function signatureOf(signer: Signer, policy: Policy): Promise<PolicySignature> {
  const batch = policyBatch(pageCrypto, [policy]);
  if (!signer.isDemo) {
    const { response } = await assertionOf(passkeyRequest(batch, signer));
    return passkeySignature(batch, signer, response);
  }
  const assertion = await signWithDemoKey(encodeBase64url(batch.challenge));
  return { ...assertion, member: signer.member, cred: signer.key.cred, batch: batch.hashes };
}
