import { Link } from "@tanstack/react-router";
import { StagePlate } from "@vestibule/ui";
import type { ReactElement } from "react";
import type { Attempt } from "../api/entries.ts";
import { useSetting, useWords } from "../setting.tsx";
import { nameOf } from "../shell/rail.tsx";
import { commonWords } from "../words/shared-words.ts";
import { attemptProgress } from "./attempt-progress.ts";
import { useBuilding } from "./building-context.ts";
import { buildingWords } from "./building-words.ts";

/** One attempt: who, where, with how many parcels, how far it came, and why it stopped. */
export function AttemptLine({ attempt }: { readonly attempt: Attempt }): ReactElement {
  const said = useWords(buildingWords);
  const common = useWords(commonWords);
  const { locale } = useSetting();
  const { building } = useBuilding();
  const facts = [
    said.attemptAt(useDoorName(attempt)),
    ...parcelsOf(attempt, common),
    ...(isUnopened(attempt) ? [said.notOpened] : []),
    ...(attempt.late === true ? [said.late] : []),
  ];
  return (
    <div className="c-attempts__what">
      <p>
        <Link
          to="."
          search={(before: object) => ({ ...before, attempt: attempt.id })}
          resetScroll={false}
          className="c-attempts__who"
          aria-label={`${said.open}: ${whoOf(attempt, said)}, ${facts.join(", ")}`}
        >
          {whoOf(attempt, said)}
        </Link>{" "}
        {facts.join(", ")}
      </p>
      <StagePlate
        progress={attemptProgress(attempt, { locale, zone: building.tz })}
        locale={locale}
        size="small"
      />
    </div>
  );
}

/** What was brought and for which units, as far as the host may tell: "2 parcels for units 2A, 3B". */
export function parcelsOf(
  { parcels, units = [] }: Pick<Attempt, "parcels" | "units">,
  common: ReturnType<typeof commonWords>,
): readonly string[] {
  if (parcels === undefined) return [];
  return [units.length === 0 ? common.parcels(parcels) : common.parcelsFor(parcels, units)];
}

/** The strike was released and the door's own sense saw nobody open it. */
function isUnopened({ stage, outcome, sensing }: Attempt): boolean {
  const saw = sensing?.result === "not-opened" || sensing?.result === "no-current";
  return stage === "released" && outcome === "reached" && saw;
}

/** The carrier, and the driver by number: managers settle disputes with the carrier, not with a person. */
export function whoOf(attempt: Attempt, said: ReturnType<typeof buildingWords>): string {
  return said.who(attempt.carrier ?? said.someCarrier, attempt.driver ?? "");
}

/** The door of an attempt, as people call it. */
export function useDoorName(attempt: Attempt): string {
  const { building } = useBuilding();
  const kinds = useWords(commonWords).kinds;
  const found = building.entrances.find(({ id }) => id === attempt.entranceId);
  return found === undefined ? attempt.entranceId : nameOf(found, kinds);
}
