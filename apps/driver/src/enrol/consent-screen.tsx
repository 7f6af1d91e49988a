import { Button, type Locale, Notice } from "@vestibule/ui";
import { type ReactElement, useState } from "react";
import { Screen } from "../parts/screen.tsx";
import type { Shared } from "../parts/shared.ts";
import { commonWords } from "../words/common-words.ts";
import { enrolWords } from "../words/enrol-words.ts";
import { consentText } from "./consent-text.ts";
import { consentVersion, type Enrolled } from "./enrol.ts";
import type { Invitation } from "./invitation.ts";
import "./enrol.css";

interface ConsentScreenProps extends Shared {
  readonly invitation: Invitation;
  /** A key is here already; agreeing replaces it. */
  readonly replaces: boolean;
  /** Why there is no key yet, where there is none; nothing has been sent then. */
  readonly onAgree: () => Promise<EnrolTrouble | undefined>;
}

/** Why no key was made. */
export type EnrolTrouble = Exclude<Enrolled["kind"], "enrolled"> | "fault";

/** What is kept, why and how long, before any key is made. Nothing is sent until the driver agrees. */
export function ConsentScreen(props: ConsentScreenProps): ReactElement {
  const { locale, invitation, replaces, onAgree } = props;
  const words = enrolWords(locale);
  const [making, setMaking] = useState(false);
  const [trouble, setTrouble] = useState<EnrolTrouble>();
  const { uv } = invitation.terms;
  const agree = (): void => {
    setMaking(true);
    setTrouble(undefined);
    void onAgree()
      .catch(() => "fault" as const)
      .then((came) => {
        setTrouble(came);
        setMaking(false);
      });
  };
  return (
    <Screen
      {...props}
      title={consentText[locale].title}
      action={
        <>
          <Button tone="primary" wide onClick={agree} disabled={making}>
            {making
              ? uv
                ? words.makingFinger
                : words.making
              : trouble === undefined
                ? words.agree
                : commonWords(locale).tryAgain}
          </Button>
          {trouble === undefined ? (
            <p className="consent__quiet">{words.disagree}</p>
          ) : (
            <Notice tone="refused" title={words.trouble[trouble]} live>
              <p>{words.troubleNow[trouble]}</p>
            </Notice>
          )}
        </>
      }
    >
      {replaces ? (
        <Notice tone="info" title={words.already}>
          <p>{words.alreadyNow}</p>
        </Notice>
      ) : null}
      <ConsentSaid locale={locale} invitation={invitation} />
    </Screen>
  );
}

interface ConsentSaidProps {
  readonly locale: Locale;
  readonly invitation: Invitation;
}

function ConsentSaid({ locale, invitation }: ConsentSaidProps): ReactElement {
  const words = enrolWords(locale);
  const { lead, kept, finger, never, withdraw, anyCarrier, anyVetter } = consentText[locale];
  const { carrier = anyCarrier, vetter = anyVetter } = invitation.names ?? {};
  return (
    <>
      <p>{lead(carrier, vetter)}</p>
      <section className="consent">
        <h2>{words.kept}</h2>
        <ul>
          {[...kept, ...(invitation.terms.uv ? [finger] : [])].map((entry) => (
            <li key={entry.what}>
              <strong>{entry.what}</strong>
              <span>{entry.why}</span>
              <span className="consent__until">{entry.until}</span>
            </li>
          ))}
        </ul>
      </section>
      <p>{never}</p>
      <p>{withdraw}</p>
      <p className="consent__quiet">{words.version(consentVersion(invitation))}</p>
    </>
  );
}
