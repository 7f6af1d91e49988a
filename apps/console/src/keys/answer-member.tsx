import { useQuery } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { answerInvitation, readInvitationFragment } from "@vestibule/sdk";
import { Button, Notice } from "@vestibule/ui";
import { type ReactElement, useId, useState } from "react";
import { memberWords } from "../policy/members/member-words.ts";
import { pageCrypto } from "../policy/read-version.ts";
import { signingKeysQuery } from "../queries.ts";
import { useWords } from "../setting.tsx";

/** Answers a member's invitation with one of the own keys; the secret came behind `#` in the link. */
export function AnswerMember(): ReactElement | null {
  const said = useWords(memberWords);
  const { hash } = useLocation();
  const keys = useQuery(signingKeysQuery);
  const field = useId();
  const [answer, setAnswer] = useState<string>();
  if (!hash.includes("member=")) return null;
  const invitation = readInvitationFragment(hash);
  if (invitation === undefined) return <Notice tone="refused" title={said.brokenLink} live />;
  return (
    <section className="c-card" aria-label={said.invited(invitation.id)}>
      <h2>{said.invited(invitation.id)}</h2>
      <p>{said.invitedWhy}</p>
      <div className="c-actions">
        {keys.data?.map(({ id, label, be, cred, jwk, origin, rpId }) => (
          <Button
            key={id}
            tone="primary"
            onClick={() =>
              setAnswer(answerInvitation(pageCrypto, invitation, { be, cred, jwk, origin, rpId }))
            }
          >
            {said.choose(label)}
          </Button>
        ))}
      </div>
      {answer === undefined ? null : (
        <div>
          <label htmlFor={field}>{said.yourAnswer}</label>
          <input
            id={field}
            className="c-link-field"
            readOnly
            value={answer}
            onFocus={(event) => event.target.select()}
          />
          <Button onClick={() => void navigator.clipboard.writeText(answer).catch(() => undefined)}>
            {said.copy}
          </Button>
        </div>
      )}
    </section>
  );
}
