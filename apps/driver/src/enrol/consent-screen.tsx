import { Button, type Locale, Notice } from "@vestibule/ui";
import { type ReactElement, useState } from "react";
import { Screen } from "../parts/screen.tsx";
import type { Shared } from "../parts/shared.ts";
import { enrolWords } from "../words/enrol-words.ts";
import { consentText } from "./consent-text.ts";
import { consentVersion } from "./enrol.ts";
import type { Invitation } from "./invitation.ts";
import "./enrol.css";

interface ConsentScreenProps extends Shared {
  readonly invitation: Invitation;
  /** A key is here already; agreeing replaces it. */
  readonly replaces: boolean;
  readonly onAgree: () => Promise<void>;
}

/** What is kept, why and how long, before any key is made. Nothing is sent until the driver agrees. */
export function ConsentScreen(props: ConsentScreenProps): ReactElement {
  const { locale, invitation, replaces, onAgree } = props;
  const words = enrolWords(locale);
  const [making, setMaking] = useState(false);
  const agree = (): void => {
    setMaking(true);
    void onAgree();
  };
  return (
    <Screen
      {...props}
      title={consentText[locale].title}
      action={
        <>
          <Button tone="primary" wide onClick={agree} disabled={making}>
            {making ? words.making : words.agree}
          </Button>
          <p className="consent__quiet">{words.disagree}</p>
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
  const { lead, kept, never, withdraw, anyCarrier, anyVetter } = consentText[locale];
  const { carrier = anyCarrier, vetter = anyVetter } = invitation.names ?? {};
  return (
    <>
      <p>{lead(carrier, vetter)}</p>
      <section className="consent">
        <h2>{words.kept}</h2>
        <ul>
          {kept.map((entry) => (
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
      <p className="consent__quiet">{words.version(consentVersion)}</p>
    </>
  );
}
