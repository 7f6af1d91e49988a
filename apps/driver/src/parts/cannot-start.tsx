import { type Locale, Notice } from "@vestibule/ui";
import type { ReactElement, ReactNode } from "react";
import { commonWords } from "../words/common-words.ts";
import "./screen.css";

interface CannotStartProps {
  readonly locale: Locale;
  /** `config`: served without its configuration; `store`: the browser keeps nothing here; `load`: no network. */
  readonly why: "config" | "store" | "load";
  readonly children?: ReactNode;
}

/** An app that knows no host, or could keep no key, says so and whose matter it is. */
export function CannotStart({ locale, why, children }: CannotStartProps): ReactElement {
  const words = commonWords(locale);
  const said = {
    config: [words.configMissing, words.configMissingNow],
    store: [words.noStore, words.noStoreNow],
    load: [words.loadFailed, words.loadFailedNow],
  } as const;
  const [title, now] = said[why];
  return (
    <main className="screen__main">
      <h1>{words.app}</h1>
      <Notice tone="refused" title={title} live>
        <p>{now}</p>
      </Notice>
      {children}
    </main>
  );
}
