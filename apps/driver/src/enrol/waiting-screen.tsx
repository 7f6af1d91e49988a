import { Button, Glyph, Notice } from "@vestibule/ui";
import { type ReactElement, useEffect, useState } from "react";
import type { Config } from "../config.ts";
import { keep } from "../kept/database.ts";
import { type Handset, keptHandset } from "../kept/handset.ts";
import { Screen } from "../parts/screen.tsx";
import type { Shared } from "../parts/shared.ts";
import { enrolWords } from "../words/enrol-words.ts";
import { readBadge } from "./read-badge.ts";
import { askBadge, sendEnrolment } from "./relay.ts";
import "./enrol.css";

interface WaitingScreenProps extends Shared {
  readonly config: Config;
  readonly handset: Handset;
  /** The badge is here and kept. */
  readonly onBadge: (handset: Handset) => void;
}

type Waiting = "sending" | "waiting" | "no-network" | "closed" | "wrong-badge";

const askMsMin = 1_000;
const askMsMax = 15_000;

/** From the made key to the signed badge: sends, asks, and shows how far it is. */
export function WaitingScreen(props: WaitingScreenProps): ReactElement {
  const { locale, config, handset, onBadge } = props;
  const words = enrolWords(locale);
  const [waiting, setWaiting] = useState<Waiting>("sending");
  const [again, setAgain] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `again` starts the wait over on purpose
  useEffect(() => {
    const life = new AbortController();
    void waitForBadge({ config, handset, signal: life.signal, onWaiting: setWaiting }).then(
      (badge) => badge !== undefined && onBadge({ ...handset, badge }),
    );
    return () => life.abort();
  }, [config, handset, again]);
  const over = waiting === "closed" || waiting === "wrong-badge";
  const sent = waiting !== "sending" && waiting !== "no-network";
  return (
    <Screen
      {...props}
      title={words.waitTitle}
      action={
        waiting === "no-network" ? (
          <Button tone="primary" wide onClick={() => setAgain(again + 1)}>
            {words.steps.sent}
          </Button>
        ) : undefined
      }
    >
      <ol className="progress" aria-live="polite">
        <ProgressStep state="done" says={words.steps.key} word={words.state.done} />
        <ProgressStep
          state={sent ? "done" : "now"}
          says={words.steps.sent}
          word={sent ? words.state.done : words.state.now}
        />
        <ProgressStep
          state={sent && !over ? "now" : "later"}
          says={words.steps.badge}
          word={sent && !over ? words.state.now : words.state.later}
        />
      </ol>
      {waiting === "no-network" ? (
        <Notice tone="waiting" title={words.waitNetwork} live />
      ) : over ? (
        <Notice tone="refused" title={waiting === "closed" ? words.closed : words.badgeWrong} live>
          <p>{words.refusedNow}</p>
        </Notice>
      ) : (
        <p>{words.waitLine}</p>
      )}
    </Screen>
  );
}

interface ProgressStepProps {
  readonly state: "done" | "now" | "later";
  readonly says: string;
  readonly word: string;
}

function ProgressStep({ state, says, word }: ProgressStepProps): ReactElement {
  return (
    <li className={`progress--${state}`}>
      <span className="progress__dot">{state === "done" ? <Glyph name="tick" /> : null}</span>
      <span>
        {says}
        <span className="v-unseen">: {word}</span>
      </span>
    </li>
  );
}

interface BadgeWait {
  readonly config: Config;
  readonly handset: Handset;
  readonly signal: AbortSignal;
  readonly onWaiting: (waiting: Waiting) => void;
}

/** Sends until it is sent, then asks, ever more slowly, until the badge is here. */
async function waitForBadge(wait: BadgeWait): Promise<string | undefined> {
  const { config, handset, signal, onWaiting } = wait;
  let pauseMs = askMsMin;
  let sent = false;
  while (!signal.aborted) {
    if (!sent) {
      const outcome = await sendEnrolment(config, handset);
      if (signal.aborted) return undefined;
      onWaiting(outcome === "sent" ? "waiting" : outcome);
      if (outcome === "closed") return undefined;
      sent = outcome === "sent";
    }
    if (sent) {
      const answer = await askBadge(config, handset);
      if (signal.aborted) return undefined;
      if (answer.kind === "closed") return void onWaiting("closed");
      if (answer.kind === "badge") {
        if (readBadge(answer.badge, handset) === undefined) return void onWaiting("wrong-badge");
        // Another tab may have answered a newer invitation meanwhile: its key is this phone's now.
        const kept = await keptHandset();
        if (kept?.answer.terms.jkt !== handset.answer.terms.jkt) return void onWaiting("closed");
        await keep("handset", { ...kept, badge: answer.badge });
        return answer.badge;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    pauseMs = Math.min(pauseMs * 1.4, askMsMax);
  }
  return undefined;
}
