import { type Locale, Notice } from "@vestibule/ui";
import type { ReactElement } from "react";
import { commonWords } from "../words/common-words.ts";
import "./screen.css";

interface CannotStartProps {
  readonly locale: Locale;
  /** `config`: served without its configuration; `store`: the browser keeps nothing here. */
  readonly why: "config" | "store";
}

/** An app that knows no host, or could keep no key, says so and whose matter it is. */
export function CannotStart({ locale, why }: CannotStartProps): ReactElement {
  const words = commonWords(locale);
  const [title, now] =
    why === "config"
      ? [words.configMissing, words.configMissingNow]
      : [words.noStore, words.noStoreNow];
  return (
    <main className="screen__main">
      <h1>{words.app}</h1>
      <Notice tone="refused" title={title} live>
        <p>{now}</p>
      </Notice>
    </main>
  );
}
