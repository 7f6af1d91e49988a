import { Button, type Locale, Notice } from "@vestibule/ui";
import { type FormEvent, type ReactElement, useState } from "react";
import { type LabelRead, readLabel } from "../visit/held-codes.ts";
import type { VisitWords } from "../words/visit-words.ts";
import "./scan.css";

interface TypedCodeProps {
  readonly locale: Locale;
  readonly words: VisitWords;
  readonly onRead: (read: LabelRead) => void;
}

/** Typing, where no camera reads. A check digit that does not fit is asked about, once. */
export function TypedCode({ locale, words, onRead }: TypedCodeProps): ReactElement {
  const [typed, setTyped] = useState("");
  const [read, setRead] = useState<LabelRead>();
  const use = (event: FormEvent): void => {
    event.preventDefault();
    const now = readLabel(typed, locale);
    if (now.kind === "code" || now.kind === "choice") onRead(now);
    else setRead(now);
  };
  return (
    <form className="typed" onSubmit={use}>
      <label>
        {words.typeLabel}
        <input
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setRead(undefined);
          }}
          autoCapitalize="characters"
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          enterKeyHint="go"
          maxLength={80}
        />
      </label>
      {read?.kind === "no-parcel" ? <Notice tone="refused" title={read.sentence} live /> : null}
      {read?.kind === "doubtful" ? (
        <>
          <Notice tone="waiting" title={words.typeDoubt} live />
          <Button onClick={() => onRead(read)}>{words.typeAnyway}</Button>
        </>
      ) : null}
      <Button type="submit" tone="primary" wide disabled={typed.trim() === ""}>
        {words.typeUse}
      </Button>
    </form>
  );
}
