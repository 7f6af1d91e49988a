import { Switch, Textarea } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Skeleton } from "@vestibule/ui";
import { type ReactElement, useState } from "react";
import { addUnit, optOutUnit, removeUnit, type Unit } from "../api/buildings.ts";
import { consoleQueries, unitsQuery } from "../queries.ts";
import { useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { placesWords } from "./places-words.ts";
import { newUnits } from "./unit-list.ts";

/** A building's units: listed, opted out, added from a pasted list. */
export function Units({ buildingId }: { readonly buildingId: string }): ReactElement {
  const said = useWords(placesWords);
  const units = useQuery(unitsQuery(buildingId));
  return (
    <section className="c-section" aria-label={said.units}>
      <h2>{said.units}</h2>
      <p className="c-quiet">{said.unitsWhy}</p>
      {units.isError ? (
        <FaultNotice error={units.error} onRetry={() => void units.refetch()} />
      ) : null}
      {units.isPending ? <Skeleton label={said.units} /> : null}
      {units.data?.length === 0 ? <p>{said.noUnit}</p> : null}
      {units.data === undefined || units.data.length === 0 ? null : (
        <ul className="c-units">
          {units.data.map((unit) => (
            <li key={unit.id}>
              <UnitRow buildingId={buildingId} unit={unit} />
            </li>
          ))}
        </ul>
      )}
      {units.data === undefined ? null : (
        <PasteForm buildingId={buildingId} known={units.data.map(({ label }) => label)} />
      )}
    </section>
  );
}

const refresh = (buildingId: string) =>
  consoleQueries.invalidateQueries({ queryKey: ["units", buildingId] });

interface UnitRowProps {
  readonly buildingId: string;
  readonly unit: Unit;
}

function UnitRow({ buildingId, unit }: UnitRowProps): ReactElement {
  const said = useWords(placesWords);
  const isOut = unit.optedOut === true;
  const optOut = useMutation({
    mutationFn: (wanted: boolean) => optOutUnit(buildingId, unit.id, wanted),
    onSettled: () => refresh(buildingId),
  });
  const remove = useMutation({
    mutationFn: () => removeUnit(buildingId, unit.id),
    onSettled: () => refresh(buildingId),
  });
  return (
    <div className="c-unit">
      <span className="c-unit__label">{unit.label}</span>
      <Switch
        checked={optOut.isPending ? optOut.variables : isOut}
        aria-label={said.optOut(unit.label)}
        label={isOut ? said.optedOut : ""}
        size="sm"
        onChange={(event) => optOut.mutate(event.currentTarget.checked)}
      />
      <button
        type="button"
        className="c-unit__remove"
        aria-label={said.remove(unit.label)}
        disabled={remove.isPending}
        onClick={() => remove.mutate()}
      >
        ×
      </button>
      {optOut.isError || remove.isError ? (
        <FaultNotice error={optOut.error ?? remove.error} />
      ) : null}
    </div>
  );
}

interface PasteFormProps {
  readonly buildingId: string;
  readonly known: readonly string[];
}

function PasteForm({ buildingId, known }: PasteFormProps): ReactElement {
  const said = useWords(placesWords);
  const [pasted, setPasted] = useState("");
  const [done, setDone] = useState(0);
  const { labels, leftOut } = newUnits(pasted, known);
  const add = useMutation({
    mutationFn: async () => {
      setDone(0);
      // One after another: what was added stays, and the list below says how far it came.
      for (const [index, label] of labels.entries()) {
        await addUnit(buildingId, label);
        setDone(index + 1);
      }
    },
    onSuccess: () => setPasted(""),
    onSettled: () => refresh(buildingId),
  });
  return (
    <form
      className="c-card"
      onSubmit={(event) => {
        event.preventDefault();
        if (labels.length > 0) add.mutate();
      }}
    >
      <Textarea
        label={said.paste}
        description={said.pasteWhy}
        rows={5}
        value={pasted}
        placeholder={"1A\n1B\n2A"}
        onChange={(event) => setPasted(event.currentTarget.value)}
      />
      {pasted.trim() === "" ? null : (
        <p role="status">
          {said.understood(labels.length)} {said.twice(leftOut)}
        </p>
      )}
      {add.isPending ? <p role="status">{said.adding(done, labels.length)}</p> : null}
      {add.isError ? <FaultNotice error={add.error} /> : null}
      <div className="c-actions">
        <Button type="submit" disabled={labels.length === 0 || add.isPending}>
          {said.addUnits}
        </Button>
      </div>
    </form>
  );
}
