import type { ReactElement, ReactNode } from "react";
import { DoorPlate } from "./door-plate.tsx";
import type { StreetBuilding, StreetState } from "./feed.ts";
import type { StreetWords } from "./messages.ts";

interface WhoPanelProps {
  readonly building: StreetBuilding | undefined;
  readonly links: StreetState["links"];
  readonly words: StreetWords;
  readonly onPhone: () => void;
}

/** Who lives behind a house's number, and what each of them can see. */
export function WhoPanel({ building, links, words, onPhone }: WhoPanelProps): ReactElement {
  if (building === undefined) {
    return (
      <section className="who" aria-labelledby="who-title">
        <h2 id="who-title">{words.behind}</h2>
        <p className="who__line">{words.pick}</p>
      </section>
    );
  }
  return (
    <section className="who" aria-labelledby="who-title">
      <h2 id="who-title">
        <span className="who__number">{building.number}</span> {building.name}
      </h2>
      <p className="who__line">{building.address}</p>
      {building.hasSticker ? (
        <>
          <p className="who__doors">
            {building.doors.map((door) => (
              <DoorPlate key={door.id} door={door} words={words} full />
            ))}
          </p>
          <ul className="people">
            <Person
              figure="manager"
              name={words.manager}
              sees={words.managerSees}
              never={words.managerNot}
            >
              <a href={building.managerUrl ?? links.console} target="_blank" rel="noopener">
                {words.managerLink}
              </a>
            </Person>
            <Person
              figure="driver"
              name={words.driver}
              sees={words.driverSees}
              never={words.driverNot}
            >
              <button type="button" className="link" onClick={onPhone}>
                {words.driverLink}
              </button>
            </Person>
            <Person
              figure="resident"
              name={words.resident}
              sees={words.residentSees}
              never={words.residentNot}
            >
              {building.buildingPageUrl === undefined ? null : (
                <a href={building.buildingPageUrl} target="_blank" rel="noopener">
                  {words.residentLink}
                </a>
              )}
            </Person>
          </ul>
        </>
      ) : (
        <p>{words.noStickerLine}</p>
      )}
    </section>
  );
}

type Figure = "manager" | "driver" | "resident";

interface PersonProps {
  readonly figure: Figure;
  readonly name: string;
  readonly sees: string;
  readonly never: string;
  readonly children: ReactNode;
}

function Person({ figure, name, sees, never, children }: PersonProps): ReactElement {
  return (
    <li className="person">
      <Portrait figure={figure} />
      <div>
        <p>
          <strong>{name}</strong> {sees}
        </p>
        <p className="person__never">{never}</p>
        {children}
      </div>
    </li>
  );
}

// What each carries tells them apart: a ring of keys, a parcel, a cup at the window.
const props = {
  manager: "M30 30a4 4 0 1 0 8 0 4 4 0 1 0-8 0M34 34v9M34 40h3",
  driver: "M27 30h15v13H27zM34.500 30v13M27 35h15",
  resident: "M28 33h9v7a4 4 0 0 1-9 0zM37 35h2a2 2 0 0 1 0 4h-2M31 30v-3M34 30v-3",
} as const;
const hair = {
  manager: "M14 15c0-8 16-8 16 0M14 15c-2 8 0 12 0 12M30 15c2 8 0 12 0 12",
  driver: "M13 13h18M15 13c0-7 14-7 14 0M29 13l6 1.500",
  resident: "M14 17c-3-11 19-11 16 0M18 9c-1-4 6-5 7-2",
} as const;

function Portrait({ figure }: { readonly figure: Figure }): ReactElement {
  return (
    <svg className={`portrait portrait--${figure}`} viewBox="0 0 48 48" aria-hidden="true">
      <circle className="portrait__ground" cx="24" cy="24" r="23.5" />
      <path className="portrait__coat" d="M7 47c0-12 6-18 15-18s15 6 15 18z" />
      <circle className="portrait__face" cx="22" cy="18" r="8" />
      <path className="portrait__line" d={hair[figure]} />
      <path
        className="portrait__line"
        d="M19 18v.5M25 18v.5M20 22q2 1.500 4 0M7 47c0-12 6-18 15-18s15 6 15 18"
      />
      <path className="portrait__thing" d={props[figure]} />
    </svg>
  );
}
