import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import {
  type AcceptedPolicy,
  type Policy,
  type PolicySignature,
  policyText,
} from "@vestibule/core";
import { signingProgress, withSignature } from "@vestibule/sdk";
import { Button, Notice } from "@vestibule/ui";
import { type ReactElement, useEffect, useState } from "react";
import { offerPolicy } from "../../api/buildings.ts";
import { useBuilding } from "../../building/building-context.ts";
import { downloadText } from "../../download.ts";
import { consoleQueries } from "../../queries.ts";
import { useSetting, useWords } from "../../setting.tsx";
import { FaultNotice } from "../../shell/fault-notice.tsx";
import { sayList } from "../../words/list.ts";
import { editWords } from "../edit-words.ts";
import { type Signer, signatureOf, useSigners } from "./signers.ts";

interface SignFormProps {
  /** The version it follows; undefined where it is the building's first. */
  readonly last: AcceptedPolicy | undefined;
  readonly policy: Policy;
  /** Signatures that others made before, each of which holds. */
  readonly before?: readonly PolicySignature[];
  /** What follows once the host has it; the policy's page where nothing is named. */
  readonly onOffered?: () => Promise<void>;
}

/** Has a policy signed by the keys at hand, and hands it in once the quorum is there. */
export function SignForm({ last, policy, before = [], onOffered }: SignFormProps): ReactElement {
  const said = useWords(editWords);
  const { building, canChange } = useBuilding();
  const navigate = useNavigate();
  const { signers, isPending } = useSigners(policy, last);
  const [sigs, setSigs] = useState(before);
  const progress = signingProgress(policy, sigs, last);
  const toPolicy = () =>
    navigate({
      to: "/buildings/$buildingId/policy",
      params: { buildingId: building.id },
      search: {},
    });
  const offer = useMutation({
    mutationFn: (text: string) => offerPolicy(building.id, text),
    onSuccess: async () => {
      await Promise.all(
        ["building", "policies", "boxes"].map((name) =>
          consoleQueries.invalidateQueries({ queryKey: [name, building.id] }),
        ),
      );
      await (onOffered ?? toPolicy)();
    },
  });
  const sign = useMutation({
    mutationFn: (signer: Signer) => signatureOf(signer, policy),
    onSuccess: (added) => {
      const signed = withSignature(policy, sigs, added);
      setSigs(signed.sigs);
      if (canChange && signingProgress(policy, signed.sigs, last).isComplete)
        offer.mutate(signed.text);
    },
  });
  // Answers that belong to an older text must not stand beside a newer one.
  useEffect(() => () => sign.reset(), [sign.reset]);
  const isBusy = sign.isPending || offer.isPending;
  const unsigned = signers.filter(({ member }) => !progress.members.includes(member));
  return (
    <>
      {signers.length === 0 && !isPending ? (
        <Notice tone="info" title={said.noKey}>
          <p>{said.noKeyWhy}</p>
          <p className="c-notice__action">
            <Link to="/keys">{said.toKeys}</Link>
          </p>
        </Notice>
      ) : null}
      {sign.isError ? <FaultNotice error={sign.error} /> : null}
      {offer.isError ? <FaultNotice error={offer.error} /> : null}
      <div role="status">
        {isBusy ? <p>{said.busy}</p> : null}
        {!isBusy && sigs.length > 0 ? <Progress progress={progress} /> : null}
      </div>
      <div className="c-actions">
        {unsigned.map((signer) => (
          <Button
            key={signer.key.cred}
            tone="primary"
            disabled={isBusy}
            onClick={() => sign.mutate(signer)}
          >
            {said.signWith(signer.isDemo ? signer.label : said.passkey(signer.label))}
          </Button>
        ))}
        {progress.isComplete && canChange ? (
          <Button
            tone="primary"
            disabled={isBusy}
            onClick={() => offer.mutate(policyText(policy, sigs))}
          >
            {said.handIn}
          </Button>
        ) : null}
        {sigs.length > 0 ? (
          <Button
            onClick={() =>
              downloadText(
                `policy-${policy.ver}-signed.json`,
                policyText(policy, sigs),
                "application/json",
              )
            }
          >
            {said.handOn}
          </Button>
        ) : null}
      </div>
      {progress.isComplete && !canChange ? <p>{said.readerHandsOn}</p> : null}
    </>
  );
}

/** Who signed, and how many more it takes. */
function Progress({
  progress,
}: {
  readonly progress: ReturnType<typeof signingProgress>;
}): ReactElement {
  const said = useWords(editWords);
  const { locale } = useSetting();
  const { members, origins, needed } = progress;
  return (
    <>
      <p>
        {said.signed(members.length, needed.members)} {said.signedBy(sayList(members, locale))}
      </p>
      {members.length >= needed.members && origins.length < needed.origins ? (
        <p>{said.moreOrigins(origins.length, needed.origins)}</p>
      ) : null}
    </>
  );
}
