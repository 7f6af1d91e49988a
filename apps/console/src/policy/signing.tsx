import type { AcceptedPolicy, Policy } from "@vestibule/core";
import { reviewPolicy } from "@vestibule/sdk";
import { Notice } from "@vestibule/ui";
import { type ReactElement, useMemo } from "react";
import { useSetting, useWords } from "../setting.tsx";
import { sayDuration } from "../words/duration.ts";
import { refusalText } from "../words/faults.ts";
import { Changes } from "./changes.tsx";
import { editWords } from "./edit-words.ts";
import { pageCrypto } from "./read-version.ts";
import { SignForm } from "./sign/sign-form.tsx";

interface SigningProps {
  readonly last: AcceptedPolicy;
  readonly policy: Policy;
  readonly isChanged: boolean;
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
