import { TextInput } from "@mantine/core";
import type { ReactElement } from "react";
import { useState } from "react";
import type { HostTerms } from "../../api/buildings.ts";
import { useWords } from "../../setting.tsx";
import { LimitsForm } from "../limits-form.tsx";
import { NumberField } from "../number-field.tsx";
import type { FirstDraft } from "./first-draft.ts";
import { firstWords } from "./first-words.ts";

interface TermsFormProps {
  readonly draft: FirstDraft;
  readonly host: HostTerms;
  readonly onChange: (draft: FirstDraft) => void;
}

const daysMax = 400;

/** Limits, notice, apps and how long the policy holds; and where it is no demonstration, who watches. */
export function TermsForm({ draft, host, onChange }: TermsFormProps): ReactElement {
  const said = useWords(firstWords);
  return (
    <>
      <section className="c-section" aria-label={said.limits}>
        <h2>{said.limits}</h2>
        <LimitsForm
          draft={draft}
          isDemo={host.demo}
          onChange={(changed) => onChange({ ...draft, ...changed })}
        />
        <div className="c-card">
          <Apps draft={draft} onChange={onChange} />
          <p className="c-says">
            {said.term}
            <NumberField
              label={`${said.term} … ${said.termUnit}`}
              value={draft.days}
              min={1}
              max={daysMax}
              onChange={(days) => onChange({ ...draft, days })}
            />
            {said.termUnit}
          </p>
          <div>
            <p>
              <strong>{said.host}</strong> {said.hostSays(host.domain)}
            </p>
            <p className="c-mono c-quiet">{host.root}</p>
          </div>
        </div>
      </section>
      {host.demo ? null : <Independence draft={draft} onChange={onChange} />}
    </>
  );
}

type Part = Omit<TermsFormProps, "host">;

function Apps({ draft, onChange }: Part): ReactElement {
  const said = useWords(firstWords);
  const [typed, setTyped] = useState(draft.apps.domains.join(", "));
  return (
    <TextInput
      label={said.apps}
      description={said.appsWhy}
      value={typed}
      maxLength={1_000}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        const domains = event.currentTarget.value
          .toLowerCase()
          .split(/[\s,;]+/)
          .filter(Boolean);
        onChange({ ...draft, apps: { ...draft.apps, domains: [...new Set(domains)] } });
      }}
    />
  );
}

function Independence({ draft, onChange }: Part): ReactElement {
  const said = useWords(firstWords);
  return (
    <section className="c-section" aria-label={said.parties}>
      <h2>{said.parties}</h2>
      <div className="c-card">
        <TextInput
          label={said.log}
          value={draft.log}
          maxLength={512}
          onChange={(event) => onChange({ ...draft, log: event.currentTarget.value })}
        />
        <label>
          <strong>{said.witnesses}</strong>{" "}
          <span className="c-quiet c-small">{said.witnessesWhy}</span>
          <textarea
            className="c-area"
            rows={3}
            value={draft.witnesses}
            onChange={(event) => onChange({ ...draft, witnesses: event.target.value })}
          />
        </label>
        <p className="c-says">
          {said.witnessesNeeded}
          <NumberField
            label={said.witnessesNeeded}
            value={draft.witnessesNeeded}
            min={2}
            max={32}
            onChange={(witnessesNeeded) => onChange({ ...draft, witnessesNeeded })}
          />
        </p>
        <label>
          <strong>{said.signers}</strong> <span className="c-quiet c-small">{said.signersWhy}</span>
          <textarea
            className="c-area"
            rows={3}
            value={draft.signers}
            onChange={(event) => onChange({ ...draft, signers: event.target.value })}
          />
        </label>
      </div>
    </section>
  );
}
