import { Button } from "@vestibule/ui";
import { type ReactElement, useEffect, useState } from "react";
import type { VisitWords } from "../words/visit-words.ts";
import type { HeldCode } from "./held-codes.ts";

interface HeldListProps {
  readonly codes: readonly HeldCode[];
  /** When they are dropped, by `performance.now()`. */
  readonly untilMs: number;
  readonly demoParcel: boolean;
  readonly words: VisitWords;
  readonly onDrop: ((code: HeldCode) => void) | undefined;
}

/** The labels in hand, in a few words each, and how long this page still remembers them. */
export function HeldList(props: HeldListProps): ReactElement | null {
  const { codes, untilMs, demoParcel, words, onDrop } = props;
  if (codes.length === 0) return null;
  return (
    <section className="held" aria-label={words.inHand}>
      <p className="held__head">
        <span>{words.inHand}</span>
        <Countdown untilMs={untilMs} words={words} />
      </p>
      <ul>
        {codes.map((code) => (
          <li key={code.canonical}>
            <strong>{code.says}</strong>
            {onDrop === undefined ? null : (
              <Button onClick={() => onDrop(code)} aria-label={words.remove(code.says)}>
                <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
                  <path d="M2 2l12 12M14 2L2 14" stroke="currentColor" strokeWidth="2" />
                </svg>
              </Button>
            )}
          </li>
        ))}
      </ul>
      {demoParcel ? <p className="held__demo">{words.demoParcel}</p> : null}
    </section>
  );
}

/** A clock that is seen and not read aloud every second. */
function Countdown({
  untilMs,
  words,
}: {
  readonly untilMs: number;
  readonly words: VisitWords;
}): ReactElement {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const left = Math.max(0, Math.ceil((untilMs - now) / 1_000));
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return <span aria-hidden="true">{words.forgotten(clock)}</span>;
}
