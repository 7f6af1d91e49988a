import { Button, KeyValues, Notice, sayTime } from "@vestibule/ui";
import { type ReactElement, useState } from "react";
import type { Building, Entrance } from "../api/today.ts";
import { listOf, record, text } from "../json.ts";
import { fetchKept, keep } from "../kept/database.ts";
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

const keptNotes = listOf(record({ at: text, place: text, paper: text }));
const notesMax = 20;

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
      <Notice tone="refused" title={words.silentLine} live>
        {since === undefined ? null : <p>{words.silentSince(sayTime(since, setting))}</p>}
      </Notice>
      <section className="note">
        <h2>{words.note}</h2>
        {noAccess === undefined ? (
          <p>{words.noteNone}</p>
        ) : (
          <>
            <KeyValues
              items={[
                { key: words.note, value: place },
                { key: words.noteBy, value: <code>{noAccess.slice(-16)}</code> },
              ]}
            />
            <Button onClick={save} disabled={saved}>
              {saved ? words.noteSaved : words.noteSave}
            </Button>
          </>
        )}
      </section>
    </>
  );
}

/** Keeps the note here, newest first, and offers it as a file for the dispatcher. */
async function saveNote({
  place,
  paper,
}: {
  readonly place: string;
  readonly paper: string;
}): Promise<void> {
  const kept = keptNotes(await fetchKept("no-access")) ?? [];
  const at = new Date().toISOString();
  await keep("no-access", [{ at, place, paper }, ...kept].slice(0, notesMax));
  const address = URL.createObjectURL(new Blob([`${place}\n${at}\n${paper}\n`]));
  const link = document.createElement("a");
  link.href = address;
  link.download = `no-access-${at.slice(0, 16).replace(":", "")}.txt`;
  link.click();
  URL.revokeObjectURL(address);
}
