import { Button } from "@vestibule/ui";
import type { ReactElement } from "react";
import { useWords } from "../../setting.tsx";
import { type DoorDraft, usualPaths } from "./door-draft.ts";
import { useDoorName } from "./door-form.tsx";
import { doorWords } from "./door-words.ts";

type Paths = readonly (readonly string[])[];

interface PathsFormProps {
  readonly doors: readonly DoorDraft[];
  readonly paths: Paths;
  readonly onChange: (paths: Paths) => void;
}

/** The ways in: which doors follow each other. */
export function PathsForm({ doors, paths, onChange }: PathsFormProps): ReactElement | null {
  const said = useWords(doorWords);
  const doorName = useDoorName();
  if (doors.length < 2 && paths.length < 2) return null;
  const named = (ent: string) =>
    doorName(doors.find((door) => door.ent === ent) ?? { ent, kind: "" });
  const replace = (index: number, path: readonly string[]) =>
    onChange(
      paths.flatMap((old, at) => (at === index ? (path.length === 0 ? [] : [path]) : [old])),
    );
  return (
    <section className="c-card" aria-label={said.paths}>
      <h3>{said.paths}</h3>
      <p className="c-quiet">{said.pathsWhy}</p>
      {paths.length === 0 ? <p>{said.noPath}</p> : null}
      {paths.map((path, index) => {
        const others = doors.filter(({ ent }) => !path.includes(ent));
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: ways have no identity but their place.
          <fieldset key={index} className="c-choices c-says">
            <legend className="v-unseen">{said.path(index + 1)}</legend>
            <span>{path.map(named).join(" → ")}</span>
            {others.length === 0 ? null : (
              <select
                aria-label={`${said.path(index + 1)}: ${said.addDoor}`}
                value=""
                onChange={(event) => replace(index, [...path, event.target.value])}
              >
                <option value="">{said.addDoor}</option>
                {others.map((door) => (
                  <option key={door.ent} value={door.ent}>
                    {doorName(door)}
                  </option>
                ))}
              </select>
            )}
            <Button
              aria-label={said.shorten(index + 1)}
              onClick={() => replace(index, path.slice(0, -1))}
            >
              ×
            </Button>
          </fieldset>
        );
      })}
      <div>
        <Button
          onClick={() => {
            const unused = doors.filter(({ ent }) => !paths.some((path) => path[0] === ent));
            const [next] = usualPaths(unused.length === 0 ? doors : unused);
            if (next !== undefined) onChange([...paths, next.slice(0, 1)]);
          }}
        >
          {said.addPath}
        </Button>
      </div>
    </section>
  );
}
