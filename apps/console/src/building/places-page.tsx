import type { ReactElement } from "react";
import { useWords } from "../setting.tsx";
import { commonWords } from "../words/shared-words.ts";
import { useBuilding } from "./building-context.ts";
import { EntranceForm } from "./entrance-form.tsx";
import { placesWords } from "./places-words.ts";
import { Units } from "./units.tsx";

/** A building's entrances and units. */
export function PlacesPage(): ReactElement {
  const said = useWords(placesWords);
  const kinds = useWords(commonWords).kinds;
  const { building, canChange } = useBuilding();
  return (
    <>
      <section className="c-section" aria-label={said.entrances}>
        <h2>{said.entrances}</h2>
        <p className="c-quiet">{said.entrancesWhy}</p>
        {building.entrances.length === 0 ? (
          <p>{said.noEntrance}</p>
        ) : (
          <ul className="c-list">
            {building.entrances.map(({ id, ent, kind, label, page }) => (
              <li key={id} className="c-row">
                <div className="c-row__main">
                  <p className="c-row__name">{label}</p>
                  <p className="c-quiet c-small">
                    {Object.entries(kinds).find(([name]) => name === kind)?.[1] ?? kind} ·{" "}
                    <code>{ent}</code>
                  </p>
                </div>
                {page === undefined ? null : (
                  <a href={page} target="_blank" rel="noreferrer">
                    {said.sticker}
                  </a>
                )}
              </li>
            ))}
          </ul>
        )}
        {canChange ? <EntranceForm buildingId={building.id} /> : <p>{said.reader}</p>}
      </section>
      {canChange ? <Units buildingId={building.id} /> : null}
    </>
  );
}
