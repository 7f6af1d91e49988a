import { Button, Notice, sayTime } from "@vestibule/ui";
import { type ReactElement, useState } from "react";
import type { Building, Entrance } from "../api/today.ts";
import { saveNote } from "../kept/notes.ts";
import { commonWords } from "../words/common-words.ts";
import type { VisitWords } from "../words/visit-words.ts";

interface SilentViewProps {
  readonly building: Building;
  readonly entrance: Entrance;
  readonly since: number | undefined;
  readonly noAccess: string | undefined;
  readonly words: VisitWords;
  readonly locale: "en" | "es";
}

/** A door without its box. The host's note shows that the driver was here and the door was not. */
export function SilentView(props: SilentViewProps): ReactElement {
  const { building, entrance, since, noAccess, words, locale } = props;
  const [saved, setSaved] = useState(false);
  const setting = { locale, zone: building.tz, nowMs: Date.now() };
  const door = commonWords(locale).kind[entrance.kind];
  const place = `${building.name}, ${door}`;
  const save = (): void => {
    if (noAccess === undefined) return;
    void saveNote({ place, paper: noAccess }).then(() => setSaved(true));
  };
  return (
    <>
      <Notice
        tone="waiting"
        title={since === undefined ? words.silentPlain : words.silentSince(sayTime(since, setting))}
        live
      >
        <p>{words.silentLine}</p>
      </Notice>
      <section className="note">
        <h2>{words.note}</h2>
        <p>{place}</p>
        {noAccess === undefined ? (
          <p>{words.noteNone}</p>
        ) : (
          <>
            <p>{words.noteBy}</p>
            <code>{noAccess.slice(-16)}</code>
            <Button onClick={save} disabled={saved}>
              {saved ? words.noteSaved : words.noteSave}
            </Button>
          </>
        )}
      </section>
    </>
  );
}
