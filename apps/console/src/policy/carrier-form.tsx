import type { AdmittedCarrier, Purpose, ScheduleRule } from "@vestibule/core";
import { weekdays } from "@vestibule/core";
import { Button } from "@vestibule/ui";
import { type ReactElement, useId, useState } from "react";
import { useWords } from "../setting.tsx";
import { commonWords } from "../words/shared-words.ts";
import { useDoorName } from "./doors/door-form.tsx";
import { clockOf, closedDates, toggleDay, usualRule, withClosedDates, withHours } from "./draft.ts";
import { editWords } from "./edit-words.ts";
import { Choice, NumberField } from "./number-field.tsx";
import { usePartyName } from "./party-name.ts";

const purposes: readonly Purpose[] = ["deliver", "collect", "round"];

interface CarrierFormProps {
  readonly carrier: AdmittedCarrier;
  readonly entrances: readonly { readonly ent: string; readonly kind: string }[];
  readonly onChange: (changed: AdmittedCarrier | undefined) => void;
}

/** One carrier's admission, to be read as sentences and changed in place. */
export function CarrierForm({ carrier, entrances, onChange }: CarrierFormProps): ReactElement {
  const said = useWords(editWords);
  const common = useWords(commonWords);
  const set = (part: Partial<AdmittedCarrier>) => onChange({ ...carrier, ...part });
  const doorName = useDoorName();
  const partyName = usePartyName(carrier.root);
  return (
    <section className="c-card" aria-label={carrier.domain}>
      <div className="c-head">
        <h3>
          {partyName ?? carrier.domain}
          {partyName === undefined ? null : (
            <span className="c-quiet c-head__domain"> {carrier.domain}</span>
          )}
        </h3>
        <Button tone="refuse" onClick={() => onChange(undefined)}>
          {said.removeCarrier(carrier.domain)}
        </Button>
      </div>
      <fieldset className="c-choices c-says">
        <legend className="v-unseen">{said.mayCome}</legend>
        <span>{said.mayCome}</span>
        {purposes.map((purpose) => (
          <Choice
            key={purpose}
            label={common.purposes[purpose]}
            checked={carrier.purposes.includes(purpose)}
            onChange={() => set({ purposes: toggled(carrier.purposes, purpose, purposes) })}
          />
        ))}
        <span>{said.through}</span>
        {entrances.map(({ ent, kind }) => (
          <Choice
            key={ent}
            label={doorName({ ent, kind })}
            checked={carrier.ents.includes(ent)}
            onChange={() =>
              set({
                ents: toggled(
                  carrier.ents,
                  ent,
                  entrances.map((entrance) => entrance.ent),
                ),
              })
            }
          />
        ))}
      </fieldset>
      <div className="c-says">
        <span>{said.cap}</span>
        <NumberField
          label={`${said.cap} … ${said.capUnit}`}
          value={carrier.cap}
          min={1}
          max={3_600}
          onChange={(cap) => set({ cap })}
        />
        <span>{said.capUnit}</span>
      </div>
      <Hours schedule={carrier.schedule} onChange={(schedule) => set({ schedule })} />
      <Holidays carrier={carrier} onChange={(holidays) => set({ holidays })} />
    </section>
  );
}

/** Puts one in or takes it out, in the given order; the last one stays, for a policy names at least one. */
function toggled<T>(chosen: readonly T[], one: T, order: readonly T[]): readonly T[] {
  const next = order.filter((known) =>
    known === one ? !chosen.includes(one) : chosen.includes(known),
  );
  return next.length === 0 ? chosen : next;
}

interface HoursProps {
  readonly schedule: readonly ScheduleRule[];
  readonly onChange: (schedule: readonly ScheduleRule[]) => void;
}

function Hours({ schedule, onChange }: HoursProps): ReactElement {
  const said = useWords(editWords);
  const replace = (index: number, rule: ScheduleRule | undefined) =>
    onChange(schedule.flatMap((old, at) => (at === index ? (rule ?? []) : old)));
  return (
    <div className="c-section">
      <h4>{said.hours}</h4>
      {schedule.length === 0 ? <p>{said.never}</p> : null}
      {schedule.map((rule, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity but their place.
        <fieldset key={index} className="c-choices c-says">
          <legend className="v-unseen">
            {said.hours} {index + 1}
          </legend>
          <span>{said.on}</span>
          {weekdays.map((day) => (
            <Choice
              key={day}
              label={said.days[day]}
              checked={rule.days.includes(day)}
              onChange={() => replace(index, toggleDay(rule, day))}
            />
          ))}
          <span>{said.fromTime}</span>
          <input
            type="time"
            aria-label={said.fromTime}
            value={clockOf(rule.from)}
            onChange={(event) =>
              replace(index, withHours(rule, event.target.value, clockOf(rule.to)))
            }
          />
          <span>{said.toTime}</span>
          <input
            type="time"
            aria-label={said.toTime}
            value={clockOf(rule.to)}
            onChange={(event) =>
              replace(index, withHours(rule, clockOf(rule.from), event.target.value))
            }
          />
          {rule.to > 1_440 ? <span>{said.nextDay}</span> : null}
          <Button aria-label={said.removeHours} onClick={() => replace(index, undefined)}>
            ×
          </Button>
        </fieldset>
      ))}
      <div>
        <Button onClick={() => onChange([...schedule, usualRule])}>{said.addHours}</Button>
      </div>
    </div>
  );
}

interface HolidaysProps {
  readonly carrier: AdmittedCarrier;
  readonly onChange: (holidays: AdmittedCarrier["holidays"]) => void;
}

function Holidays({ carrier, onChange }: HolidaysProps): ReactElement {
  const said = useWords(editWords);
  const id = useId();
  const [typed, setTyped] = useState<string>();
  const special = carrier.holidays.filter((holiday) => typeof holiday !== "string").length;
  const isBad = typed !== undefined && withClosedDates(carrier.holidays, typed) === undefined;
  return (
    <div className="c-section">
      <label htmlFor={id}>
        <strong>{said.holidays}</strong> <span className="c-quiet c-small">{said.holidaysWhy}</span>
      </label>
      <textarea
        id={id}
        className="c-area"
        rows={2}
        aria-invalid={isBad}
        value={typed ?? closedDates(carrier.holidays)}
        onChange={(event) => {
          setTyped(event.target.value);
          const holidays = withClosedDates(carrier.holidays, event.target.value);
          if (holidays !== undefined) onChange(holidays);
        }}
      />
      {isBad ? <p role="alert">{said.holidaysBad}</p> : null}
      {special === 0 ? null : <p className="c-quiet c-small">{said.special(special)}</p>}
    </div>
  );
}
