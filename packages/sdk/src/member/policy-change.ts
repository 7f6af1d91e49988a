import type { Policy } from "@vestibule/core";
import { type PolicySection, policySections } from "./describe-policy.ts";
import { type Locale, policyWords } from "./policy-words.ts";

/** What changed about one subject of a policy. */
export interface PolicyChange {
  readonly key: string;
  readonly kind: "added" | "removed" | "changed";
  /** Sentences that no longer hold. */
  readonly before: readonly string[];
  /** Sentences that are new. */
  readonly after: readonly string[];
}

/** What differs between two policies, subject by subject; a subject that says the same is left out. */
export function diffPolicies(
  before: Policy,
  after: Policy,
  locale: Locale,
): readonly PolicyChange[] {
  const old = byKey(policySections(before, locale));
  const present = byKey(policySections(after, locale));
  const changes: PolicyChange[] = [];
  for (const key of new Set([...old.keys(), ...present.keys()])) {
    const was = old.get(key);
    const is = present.get(key);
    const gone = (was ?? []).filter((sentence) => is?.includes(sentence) !== true);
    const added = (is ?? []).filter((sentence) => was?.includes(sentence) !== true);
    const reordered = was?.join("\n") !== is?.join("\n");
    if (!reordered) continue;
    const same = gone.length === 0 && added.length === 0;
    changes.push({
      key,
      kind: was === undefined ? "added" : is === undefined ? "removed" : "changed",
      before: same ? (was ?? []) : gone,
      after: same ? (is ?? []) : added,
    });
  }
  return changes;
}

/** The difference of two policies in sentences, for whoever is asked to sign the second. */
export function describePolicyChange(
  before: Policy,
  after: Policy,
  locale: Locale,
): readonly string[] {
  const said = policyWords[locale];
  return diffPolicies(before, after, locale).flatMap((change) => {
    const [gone, added] =
      change.kind === "changed" ? [said.before, said.now] : [said.removed, said.added];
    return [
      ...change.before.map((sentence) => `${gone} ${sentence}`),
      ...change.after.map((sentence) => `${added} ${sentence}`),
    ];
  });
}

function byKey(sections: readonly PolicySection[]): ReadonlyMap<string, readonly string[]> {
  return new Map(sections.map(({ key, sentences }) => [key, sentences]));
}
