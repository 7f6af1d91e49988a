import type { Policy } from "@vestibule/core";
import { diffPolicies, type PolicyChange } from "@vestibule/sdk";
import type { ReactElement } from "react";
import { useSetting, useWords } from "../setting.tsx";
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
  return (
    <>
      {change.before.length === 0 ? null : (
        <p className="c-quiet">
          {said.was} {change.before.join(" ")}
        </p>
      )}
      {change.after.length === 0 ? null : (
        <p>
          <strong>{said.willBe}</strong> {change.after.join(" ")}
        </p>
      )}
    </>
  );
}
