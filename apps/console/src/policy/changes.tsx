import type { Policy } from "@vestibule/core";
import { diffPolicies, type PolicyChange } from "@vestibule/sdk";
import type { ReactElement } from "react";
import { useSetting, useWords } from "../setting.tsx";
import { spellsKey } from "./policy-sentences.tsx";
import { policyWords } from "./policy-words.ts";

interface ChangesProps {
  readonly before: Policy;
  readonly after: Policy;
}

/** What differs between two policies, subject by subject; number and dates, which always do, last. */
export function Changes({ before, after }: ChangesProps): ReactElement {
  const { locale } = useSetting();
  const said = useWords(policyWords);
  const changes = diffPolicies(before, after, locale);
  const term = changes.filter(({ key }) => key === "term");
  return (
    <>
      <ul className="c-changes">
        {changes
          .filter(({ key }) => key !== "term")
          .map((change) => (
            <li key={change.key}>
              <Change change={change} />
            </li>
          ))}
      </ul>
      {term.map((change) => (
        <details key={change.key} className="c-small">
          <summary>{said.term}</summary>
          <Change change={change} />
        </details>
      ))}
    </>
  );
}

function Change({ change }: { readonly change: PolicyChange }): ReactElement {
  const said = useWords(policyWords);
  const plain = sidesOf(change, (sentence) => !spellsKey.test(sentence));
  const keys = sidesOf(change, (sentence) => spellsKey.test(sentence));
  // Where nothing but keys changes they stand open: that is the change.
  if (plain === undefined || keys === undefined) return <Sides sides={plain ?? keys} />;
  return (
    <>
      <Sides sides={plain} />
      <details className="c-small">
        <summary>{said.keys}</summary>
        <Sides sides={keys} />
      </details>
    </>
  );
}

type SidesOf = Pick<PolicyChange, "before" | "after">;

/** Some sentences of a change; undefined where it has none of them. */
function sidesOf(
  change: PolicyChange,
  isWanted: (sentence: string) => boolean,
): SidesOf | undefined {
  const before = change.before.filter(isWanted);
  const after = change.after.filter(isWanted);
  return before.length + after.length === 0 ? undefined : { before, after };
}

function Sides({ sides }: { readonly sides: SidesOf | undefined }): ReactElement | null {
  const said = useWords(policyWords);
  if (sides === undefined) return null;
  return (
    <>
      {sides.before.length === 0 ? null : (
        <p className="c-quiet">
          {said.was} {sides.before.join(" ")}
        </p>
      )}
      {sides.after.length === 0 ? null : (
        <p>
          <strong>{said.willBe}</strong> {sides.after.join(" ")}
        </p>
      )}
    </>
  );
}
