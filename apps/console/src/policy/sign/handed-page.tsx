import { useQuery } from "@tanstack/react-query";
import { type AcceptedPolicy, policyBytesMax } from "@vestibule/core";
import {
  diffPolicies,
  type HandedPolicy,
  type HandedRefusal,
  readHandedPolicy,
  signingProgress,
} from "@vestibule/sdk";
import { Notice, Skeleton } from "@vestibule/ui";
import { type ReactElement, useId, useState } from "react";
import { useBuilding } from "../../building/building-context.ts";
import { policiesQuery } from "../../queries.ts";
import { useSetting, useWords } from "../../setting.tsx";
import { FaultNotice } from "../../shell/fault-notice.tsx";
import { sayDuration } from "../../words/duration.ts";
import { refusalText } from "../../words/faults.ts";
import { sayList } from "../../words/list.ts";
import { commonWords } from "../../words/shared-words.ts";
import { Changes } from "../changes.tsx";
import { PolicySentences } from "../policy-sentences.tsx";
import { newestVersion, pageCrypto, readVersion } from "../read-version.ts";
import { handedWords } from "./handed-words.ts";
import { SignForm } from "./sign-form.tsx";
import "../policy.css";

type Loaded = HandedPolicy | Refused;
type Refused = { readonly kind: "refused" } & (
  | HandedRefusal
  | { readonly why: "size" | "unreadable" }
);

/** Loads a policy that another member signed, shows what it is, and has the next member sign it. */
export function HandedPolicyPage(): ReactElement {
  const said = useWords(handedWords);
  const common = useWords(commonWords);
  const { building } = useBuilding();
  const versions = useQuery(policiesQuery(building.id));
  const [loaded, setLoaded] = useState<Loaded>();
  const newest = newestVersion(building);
  const last = newest === undefined ? undefined : readVersion(newest);
  const load = async (file: File) => {
    const read = await textOf(file);
    setLoaded(
      typeof read === "string"
        ? readHandedPolicy(pageCrypto, read, {
            last,
            known: versions.data?.map(({ hash }) => hash) ?? [],
            address: building.address,
            at: Math.floor(Date.now() / 1_000),
          })
        : { kind: "refused", why: read.why },
    );
  };
  return (
    <>
      <div>
        <h2>{said.title}</h2>
        <p className="c-quiet">{said.why}</p>
      </div>
      {versions.isError ? (
        <FaultNotice error={versions.error} onRetry={() => void versions.refetch()} />
      ) : null}
      {versions.isPending ? <Skeleton label={common.loading} /> : null}
      {versions.isSuccess ? <FileField isAgain={loaded !== undefined} onFile={load} /> : null}
      {loaded?.kind === "refused" ? <Refusal refused={loaded} /> : null}
      {loaded?.kind === "handed" ? <Handed key={loaded.hash} handed={loaded} last={last} /> : null}
    </>
  );
}

async function textOf(file: File): Promise<string | { readonly why: "size" | "unreadable" }> {
  if (file.size > policyBytesMax * 2) return { why: "size" };
  try {
    return await file.text();
  } catch {
    // Removed meanwhile, or on a stick that was pulled.
    return { why: "unreadable" };
  }
}

interface FileFieldProps {
  readonly isAgain: boolean;
  readonly onFile: (file: File) => Promise<void>;
}

function FileField({ isAgain, onFile }: FileFieldProps): ReactElement {
  const said = useWords(handedWords);
  const field = useId();
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file !== undefined) void onFile(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the field does the same by keyboard.
    <div
      className="c-drop"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        take(event.dataTransfer.files);
      }}
    >
      <label htmlFor={field} className={`c-link-button ${isAgain ? "" : "c-link-button--primary"}`}>
        {isAgain ? said.again : said.load}
      </label>
      <input
        id={field}
        type="file"
        accept=".json,application/json"
        className="c-drop__input"
        onChange={(event) => {
          take(event.target.files);
          // The same file again is to be read again.
          event.target.value = "";
        }}
      />
      <span className="c-quiet">{said.drop}</span>
    </div>
  );
}

function Refusal({ refused }: { readonly refused: Refused }): ReactElement {
  const said = useWords(handedWords);
  const { locale } = useSetting();
  const changed = refused.why === "tampered" && refused.code !== "webauthn-challenge";
  return (
    <Notice tone="refused" title={said.refused[changed ? "forged" : refused.why]} live>
      <p>{wayOf(refused, said, locale)}</p>
    </Notice>
  );
}

function wayOf(
  refused: Refused,
  { way }: ReturnType<typeof handedWords>,
  locale: "en" | "es",
): string {
  switch (refused.why) {
    case "size":
    case "unreadable":
    case "broken":
    case "late":
      return way[refused.why];
    case "other-building":
      return way.otherBuilding(refused.place.name, refused.place.address);
    case "known":
      return way.known(refused.ver);
    case "older":
    case "fork":
      return way[refused.why](refused.ver, refused.present);
    case "rules":
      return refusalText(refused.code, locale) ?? refused.code;
    case "tampered":
      return refused.code === "webauthn-challenge"
        ? way.tampered(refused.member)
        : way.forged(refused.member);
  }
}

interface HandedProps {
  readonly handed: HandedPolicy;
  readonly last: AcceptedPolicy | undefined;
}

function Handed({ handed, last }: HandedProps): ReactElement {
  const said = useWords(handedWords);
  const { locale } = useSetting();
  const { policy, sigs } = handed;
  const { members } = signingProgress(policy, sigs, last);
  return (
    <>
      <Notice tone="confirmed" title={said.checked} live>
        <p>{members.length === 0 ? said.unsigned : said.signedBy(sayList(members, locale))}</p>
      </Notice>
      <section className="c-card" aria-label={last === undefined ? said.first : said.changes}>
        <h3>{last === undefined ? said.first : said.changes}</h3>
        {last === undefined ? (
          <PolicySentences policy={policy} />
        ) : (
          <>
            {diffPolicies(last.policy, policy, locale).every(({ key }) => key === "term") ? (
              <p>{said.unchanged}</p>
            ) : null}
            <Changes before={last.policy} after={policy} />
            <p>
              {said.takes(sayDuration(Math.max(last.policy.notice_s, policy.notice_s), locale))}
            </p>
            <details>
              <summary>{said.whole}</summary>
              <PolicySentences policy={policy} />
            </details>
          </>
        )}
      </section>
      <section className="c-card" aria-label={said.sign}>
        <h3>{said.sign}</h3>
        <SignForm last={last} policy={policy} before={sigs} />
      </section>
    </>
  );
}
