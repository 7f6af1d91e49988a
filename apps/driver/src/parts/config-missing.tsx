import { type Locale, Notice } from "@vestibule/ui";
import type { ReactElement } from "react";
import { commonWords } from "../words/common-words.ts";

/** An app without its configuration knows no host, and says whose matter that is. */
export function ConfigMissing({ locale }: { readonly locale: Locale }): ReactElement {
  const words = commonWords(locale);
  return (
    <main className="screen__main">
      <h1>{words.app}</h1>
      <Notice tone="refused" title={words.configMissing}>
        <p>{words.configMissingNow}</p>
      </Notice>
    </main>
  );
}
