import { type Overlap, overlapsOf, type Policy } from "@vestibule/core";
import { type PolicySection, policySections } from "@vestibule/sdk";
import { Notice } from "@vestibule/ui";
import type { ReactElement } from "react";
import { useSetting, useWords } from "../setting.tsx";
import { sayList } from "../words/list.ts";
import { usePartyName } from "./party-name.ts";
import { policyWords } from "./policy-words.ts";

const groups = ["who", "doors", "limits", "members", "parties"] as const;
type Group = (typeof groups)[number];

/** Under which heading a subject of the policy stands. */
function groupOf(key: string): Group {
  const family = key.split(":")[0] ?? "";
  if (family === "carrier" || family === "carriers") return "who";
  if (family === "entrance" || family === "paths") return "doors";
  if (family === "limits" || family === "offline" || family === "apps") return "limits";
  return family === "member" || family === "quorum" ? "members" : "parties";
}

/** A sentence that spells out a key: for comparing, not for reading. */
export const spellsKey = /[A-Za-z0-9_-]{40,}/;

/** A policy in sentences, under headings; the sentences that spell out keys are folded away. */
export function PolicySentences({ policy }: { readonly policy: Policy }): ReactElement {
  const { locale } = useSetting();
  const said = useWords(policyWords);
  const sections = policySections(policy, locale);
  return (
    <div className="c-policy">
      {groups.map((group) => (
        <section key={group} className="c-policy__group" aria-label={said.groups[group]}>
          <h3>{said.groups[group]}</h3>
          <div className="c-policy__body">
            {group === "parties" ? <Overlaps overlaps={overlapsOf(policy)} /> : null}
            {sections
              .filter(({ key }) => groupOf(key) === group)
              .map((section) => (
                <Subject key={section.key} section={section} />
              ))}
          </div>
        </section>
      ))}
    </div>
  );
}

function Subject({ section }: { readonly section: PolicySection }): ReactElement {
  const said = useWords(policyWords);
  const plain = section.sentences.filter((sentence) => !spellsKey.test(sentence));
  const keys = section.sentences.filter((sentence) => spellsKey.test(sentence));
  const [family = "", subject = ""] = section.key.split(":");
  const party = usePartyName(family === "carrier" ? subject : "");
  // A member's sentence spells out his keys; who he is stands above it.
  const name = family === "member" ? subject : party;
  return (
    <div className="c-policy__subject">
      {name === undefined ? null : <h4>{name}</h4>}
      {plain.length === 0 ? null : <p>{plain.join(" ")}</p>}
      {keys.length === 0 ? null : (
        <details className="c-small">
          <summary>{said.keys}</summary>
          {keys.map((sentence) => (
            <p key={sentence} className="c-policy__keys">
              {sentence}
            </p>
          ))}
        </details>
      )}
    </div>
  );
}

function Overlaps({ overlaps }: { readonly overlaps: readonly Overlap[] }): ReactElement | null {
  const said = useWords(policyWords);
  const { locale } = useSetting();
  if (overlaps.length === 0) return null;
  const names: Readonly<Record<string, string>> = said.roleNames;
  return (
    <Notice tone="info" title={said.overlaps}>
      {overlaps.map(({ domain, roles }) => (
        <p key={domain}>
          {said.overlap(
            domain,
            sayList(
              roles.map((role) => names[role] ?? role),
              locale,
            ),
          )}
        </p>
      ))}
      <p>{said.overlapWhy}</p>
    </Notice>
  );
}
