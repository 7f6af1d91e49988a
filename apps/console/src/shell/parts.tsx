import { defineMessages } from "@vestibule/ui";
import type { ReactElement, ReactNode } from "react";
import { useWords } from "../setting.tsx";
import { commonWords } from "../words/shared-words.ts";

interface PageHeadProps {
  readonly title: string;
  readonly under?: ReactNode;
  /** The page's one or two actions. */
  readonly children?: ReactNode;
}

/** A page's name, what it is about, and what can be done. Names the browser's tab, too. */
export function PageHead({ title, under, children }: PageHeadProps): ReactElement {
  return (
    <header className="c-head">
      <title>{`${title} · Vestibule`}</title>
      <div>
        <h1>{title}</h1>
        {under === undefined ? null : <div className="c-head__under">{under}</div>}
      </div>
      {children === undefined ? null : <div className="c-actions">{children}</div>}
    </header>
  );
}

interface EmptyProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** Where there is nothing yet: why, and the first step. */
export function Empty({ title, children }: EmptyProps): ReactElement {
  return (
    <div className="c-empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Stands on every page of a demonstration building (papers.md). */
export function DemoBanner(): ReactElement {
  const said = useWords(commonWords);
  return (
    <p className="c-demo">
      <strong>{said.demonstration}</strong>
      <span>{said.demonstrationWhy}</span>
    </p>
  );
}

const states = defineMessages(
  {
    claimed: "Claimed, not proved yet",
    proved: "Authority proved",
    claimedWhy: "Nothing is matched to it until your authority over it is proved.",
  },
  {
    claimed: "Reclamado, sin probar todavía",
    proved: "Autoridad probada",
    claimedWhy: "Nada se le asigna hasta que se pruebe su autoridad sobre él.",
  },
);

/** Whether the organization's authority over a building was proved. */
export function StateTag({ state }: { readonly state: "claimed" | "proved" }): ReactElement {
  const said = useWords(states);
  return (
    <span
      className={`c-tag c-tag--${state}`}
      title={state === "claimed" ? said.claimedWhy : undefined}
    >
      {said[state]}
    </span>
  );
}

/** Marks a demonstration in lists. */
export function DemoTag(): ReactElement {
  return <span className="c-tag c-tag--demo">{useWords(commonWords).demonstration}</span>;
}
