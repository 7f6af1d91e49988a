import { useQuery } from "@tanstack/react-query";
import type { AcceptedPolicy, Policy } from "@vestibule/core";
import { nextPolicy } from "@vestibule/sdk";
import { Button, Notice } from "@vestibule/ui";
import { type ReactElement, useMemo, useState } from "react";
import { useBuilding } from "../building/building-context.ts";
import { signingKeysQuery } from "../queries.ts";
import { useWords } from "../setting.tsx";
import { Empty } from "../shell/parts.tsx";
import { AdmitForm } from "./admit-form.tsx";
import { CarrierForm } from "./carrier-form.tsx";
import { type Draft, draftOf, sameDraft, withCarrier } from "./draft.ts";
import { editWords } from "./edit-words.ts";
import { LimitsForm } from "./limits-form.tsx";
import { policyWords } from "./policy-words.ts";
import { newestVersion, readVersion } from "./read-version.ts";
import { Signing } from "./signing.tsx";
import "./policy.css";

/** Writes the next version of a policy as sentences, shows what changes, and has it signed. */
export function EditPolicyPage(): ReactElement {
  const words = useWords(policyWords);
  const { building } = useBuilding();
  const newest = newestVersion(building);
  const last = newest === undefined ? undefined : readVersion(newest);
  if (newest === undefined)
    return (
      <Empty title={words.none}>
        <p>{words.noneWhy}</p>
      </Empty>
    );
  if (last === undefined)
    return (
      <Notice tone="refused" title={words.unreadable}>
        <p>{words.unreadableWhy}</p>
      </Notice>
    );
  return <Editor key={newest.hash} last={last} isPending={newest.state === "pending"} />;
}

interface EditorProps {
  readonly last: AcceptedPolicy;
  readonly isPending: boolean;
}

function Editor({ last, isPending }: EditorProps): ReactElement {
  const said = useWords(editWords);
  const { building } = useBuilding();
  const original = useMemo(() => draftOf(last.policy), [last]);
  const [draft, setDraft] = useState<Draft>(original);
  // One moment for the whole edit: the hash that is signed must not change under the signer's eyes.
  const [at] = useState(() => Math.floor(Date.now() / 1_000));
  const isChanged = !sameDraft(draft, original);
  const policy: Policy = useMemo(() => nextPolicy(last, draft, at), [last, draft, at]);
  const { entrances } = last.policy;
  return (
    <>
      <div>
        <h2>{said.title}</h2>
        <p className="c-quiet">{said.from(policy.ver)}</p>
      </div>
      {isPending ? <Notice tone="waiting" title={said.pendingFirst} /> : null}
      <section className="c-section" aria-label={said.carriers}>
        <h2>{said.carriers}</h2>
        {draft.carriers.length === 0 ? <p>{said.nobody}</p> : null}
        {draft.carriers.map((carrier) => (
          <CarrierForm
            key={carrier.root}
            carrier={carrier}
            entrances={entrances}
            onChange={(changed) => setDraft(withCarrier(draft, carrier.root, changed))}
          />
        ))}
        <AdmitForm
          carriers={draft.carriers}
          entrances={entrances}
          tz={building.tz}
          onAdmit={(carrier) => setDraft({ ...draft, carriers: [...draft.carriers, carrier] })}
        />
      </section>
      <section className="c-section" aria-label={said.limits}>
        <h2>{said.limits}</h2>
        <LimitsForm draft={draft} isDemo={last.demo} onChange={setDraft} />
      </section>
      {last.demo ? <OwnKeys draft={draft} onChange={setDraft} /> : null}
      <Signing last={last} policy={policy} isChanged={isChanged} />
      {isChanged ? (
        <div>
          <Button onClick={() => setDraft(original)}>{said.discard}</Button>
        </div>
      ) : null}
    </>
  );
}

interface OwnKeysProps {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
}

/** In a demonstration a person may name his own key; elsewhere another member invites it. */
function OwnKeys({ draft, onChange }: OwnKeysProps): ReactElement | null {
  const said = useWords(editWords);
  const keys = useQuery(signingKeysQuery);
  const named = new Set(draft.members.flatMap((member) => member.keys.map(({ cred }) => cred)));
  const unnamed = keys.data?.filter(({ cred }) => !named.has(cred)) ?? [];
  if (unnamed.length === 0) return null;
  return (
    <section className="c-section" aria-label={said.members}>
      <h2>{said.members}</h2>
      <p className="c-quiet">{said.memberWhy}</p>
      <div className="c-actions">
        {unnamed.map(({ id, label, cred, jwk, origin, rpId, be }) => (
          <Button
            key={id}
            onClick={() => {
              const member = { id: memberIdOf(id), keys: [{ cred, jwk, origin, rpId, be }] };
              onChange({ ...draft, members: [...draft.members, member] });
            }}
          >
            {said.addMember(label)}
          </Button>
        ))}
      </div>
    </section>
  );
}

/** Members' names are small letters, digits and hyphens; a key's own number is unique. */
function memberIdOf(keyId: string): string {
  return keyId.replaceAll("_", "-");
}
