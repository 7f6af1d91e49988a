import {
  daysMax,
  maxStaleSMax,
  maxStaleSMin,
  noticeSMin,
  noticeSMinDemo,
  releaseMsMax,
  retriesMax,
  retrySMax,
  wrongCodesMax,
} from "@vestibule/core";
import type { ReactElement } from "react";
import { useWords } from "../setting.tsx";
import type { Draft } from "./draft.ts";
import { editWords } from "./edit-words.ts";
import { Choice, NumberField } from "./number-field.tsx";

interface LimitsFormProps {
  readonly draft: Draft;
  readonly isDemo: boolean;
  readonly onChange: (draft: Draft) => void;
}

const noticeDaysMax = 400;

/** Limits, the offline bound and the notice, as sentences with numbers in them. */
export function LimitsForm({ draft, isDemo, onChange }: LimitsFormProps): ReactElement {
  const said = useWords(editWords);
  const { limits, offline, apps } = draft;
  const limit = (part: Partial<Draft["limits"]>) =>
    onChange({ ...draft, limits: { ...limits, ...part } });
  return (
    <section className="c-card" aria-label={said.limits}>
      <p className="c-says">
        {said.release}
        <NumberField
          label={`${said.release} … ${said.seconds}`}
          value={Math.round(limits.release_ms / 1_000)}
          min={1}
          max={releaseMsMax / 1_000}
          onChange={(seconds) => limit({ release_ms: seconds * 1_000 })}
        />
        {said.seconds}
      </p>
      <p className="c-says">
        {said.openings}
        <NumberField
          label={`${said.openings} … ${said.openingsUnit}`}
          value={limits.openings}
          min={1}
          max={10}
          onChange={(openings) => limit({ openings })}
        />
        {said.openingsUnit}
        <NumberField
          label={`${said.openingsUnit} … ${said.daysUnit}`}
          value={limits.days}
          min={1}
          max={daysMax}
          onChange={(days) => limit({ days })}
        />
        {said.daysUnit}
      </p>
      <p className="c-says">
        {said.retry}
        <NumberField
          label={`${said.retry} … ${said.retryUnit}`}
          value={limits.retry.n}
          min={0}
          max={retriesMax}
          onChange={(n) => limit({ retry: { ...limits.retry, n } })}
        />
        {said.retryUnit}
        <NumberField
          label={`${said.retryUnit} … ${said.seconds}`}
          value={limits.retry.s}
          min={0}
          max={retrySMax}
          onChange={(s) => limit({ retry: { ...limits.retry, s } })}
        />
        {said.seconds}
      </p>
      <p className="c-says">
        {said.handset}
        <NumberField
          label={`${said.handset} … ${said.handsetUnit}`}
          value={limits.per_handset}
          min={1}
          max={1_000}
          onChange={(per_handset) => limit({ per_handset })}
        />
        {said.handsetUnit}
        <NumberField
          label={`${said.handsetUnit} … ${said.wrongUnit}`}
          value={limits.wrong_codes}
          min={1}
          max={wrongCodesMax}
          onChange={(wrong_codes) => limit({ wrong_codes })}
        />
        {said.wrongUnit}
      </p>
      <p className="c-says">
        {said.stale}
        <NumberField
          label={`${said.stale} … ${said.staleUnit}`}
          value={Math.round(offline.max_stale_s / 60)}
          min={Math.ceil(maxStaleSMin / 60)}
          max={Math.floor(maxStaleSMax / 60)}
          onChange={(minutes) =>
            onChange({ ...draft, offline: { ...offline, max_stale_s: minutes * 60 } })
          }
        />
        {said.staleUnit}
      </p>
      <p className="c-says">
        <Choice
          label={said.uv}
          checked={apps.uv}
          onChange={() => onChange({ ...draft, apps: { ...apps, uv: !apps.uv } })}
        />
      </p>
      <Notice draft={draft} isDemo={isDemo} onChange={onChange} />
    </section>
  );
}

function Notice({ draft, isDemo, onChange }: LimitsFormProps): ReactElement {
  const said = useWords(editWords);
  // A demonstration counts its notice in minutes, a building in hours.
  const unit = isDemo ? 60 : 3_600;
  return (
    <p className="c-says">
      {said.noticeSays}
      <NumberField
        label={`${said.noticeSays} … ${said.noticeUnit[isDemo ? "min" : "h"]}`}
        value={Math.round(draft.notice_s / unit)}
        min={(isDemo ? noticeSMinDemo : noticeSMin) / unit}
        max={(noticeDaysMax * 86_400) / unit}
        onChange={(count) => onChange({ ...draft, notice_s: count * unit })}
      />
      {said.noticeUnit[isDemo ? "min" : "h"]}
    </p>
  );
}
