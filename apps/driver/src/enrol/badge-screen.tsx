import { Button, KeyValues, type Locale, Mark, Notice, sayTime } from "@vestibule/ui";
import { type ReactElement, useEffect, useMemo, useState } from "react";
import { asksFinger, type Handset } from "../kept/handset.ts";
import { type SavedNote, savedNotes } from "../kept/notes.ts";
import { Screen } from "../parts/screen.tsx";
import type { Shared } from "../parts/shared.ts";
import { commonWords } from "../words/common-words.ts";
import { enrolWords } from "../words/enrol-words.ts";
import { readBadge } from "./read-badge.ts";
import "./enrol.css";

interface BadgeScreenProps extends Shared {
  readonly handset: Handset;
  /** Just arrived: says that all is ready. Else it offers to withdraw. */
  readonly fresh: boolean;
  readonly onToday: () => void;
  readonly onWithdraw: () => Promise<void>;
}

/** The badge as the driver sees it, and the way to give it back. */
export function BadgeScreen(props: BadgeScreenProps): ReactElement {
  const { locale, handset, fresh, onToday, onWithdraw } = props;
  const words = enrolWords(locale);
  const common = commonWords(locale);
  const facts = useMemo(
    () => (handset.badge === undefined ? undefined : readBadge(handset.badge, handset)),
    [handset],
  );
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const items = [
    { key: words.driver, value: <code>{handset.answer.terms.drv}</code> },
    ...(handset.names === undefined ? [] : [{ key: words.vetter, value: handset.names.vetter }]),
    ...(facts === undefined
      ? []
      : [
          {
            key: words.badgeUntil,
            value: sayTime(facts.endsMs, { locale, zone, nowMs: Date.now() }),
          },
        ]),
    ...(asksFinger(handset) ? [{ key: words.opensWith, value: words.byFinger }] : []),
    { key: words.consentAgreed, value: handset.answer.consent },
  ];
  return (
    <Screen
      {...props}
      title={fresh ? words.badgeTitle : words.badge}
      corner={fresh ? undefined : <Button onClick={onToday}>{common.back}</Button>}
      action={
        fresh ? (
          <Button tone="primary" wide onClick={onToday}>
            {words.toToday}
          </Button>
        ) : undefined
      }
    >
      {fresh ? <Notice tone="confirmed" title={words.badgeLine} live /> : null}
      <section className="badge" aria-label={words.badge}>
        <p className="badge__top">
          <Mark size={24} /> {handset.names?.carrier ?? words.badge}
        </p>
        <KeyValues items={items} />
      </section>
      {fresh ? null : <Notes title={words.papers} locale={locale} zone={zone} />}
      {fresh ? null : <Withdraw words={words} onWithdraw={onWithdraw} />}
    </Screen>
  );
}

interface NotesProps {
  readonly title: string;
  readonly locale: Locale;
  readonly zone: string;
}

/** The no-access notes that were saved here, newest first. */
function Notes({ title, locale, zone }: NotesProps): ReactElement | null {
  const [notes, setNotes] = useState<readonly SavedNote[]>([]);
  useEffect(() => {
    void savedNotes().then(setNotes);
  }, []);
  if (notes.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul className="notes">
        {notes.map(({ atMs, place }) => (
          <li key={atMs}>
            {sayTime(atMs, { locale, zone, nowMs: Date.now() })} {place}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface WithdrawProps {
  readonly words: ReturnType<typeof enrolWords>;
  readonly onWithdraw: () => Promise<void>;
}

/** Two touches: the first says what will happen. */
function Withdraw({ words, onWithdraw }: WithdrawProps): ReactElement {
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const go = (): void => {
    setBusy(true);
    void onWithdraw();
  };
  return (
    <section className="withdraw">
      <h2>{words.withdrawTitle}</h2>
      <p>{words.withdrawLine}</p>
      {asked ? (
        <>
          <Button tone="refuse" onClick={go} disabled={busy}>
            {words.withdrawSure}
          </Button>
          <Button onClick={() => setAsked(false)}>{words.withdrawKeep}</Button>
        </>
      ) : (
        <Button tone="refuse" onClick={() => setAsked(true)}>
          {words.withdraw}
        </Button>
      )}
    </section>
  );
}
