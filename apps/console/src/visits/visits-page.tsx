import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { Button, defineMessages, Skeleton, sayExactTime, TimeOf } from "@vestibule/ui";
import { type ReactElement, useState } from "react";
import { type Attempt, readAllAttempts, type Visit, visitsPageLength } from "../api/entries.ts";
import { AttemptLine, parcelsOf } from "../building/attempt-line.tsx";
import { attemptRefusal } from "../building/attempt-progress.ts";
import { useBuilding } from "../building/building-context.ts";
import { buildingWords } from "../building/building-words.ts";
import { csvLine, downloadText } from "../download.ts";
import { visitAttemptsQuery, visitsQuery } from "../queries.ts";
import { useSetting, useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { Empty } from "../shell/parts.tsx";
import { commonWords } from "../words/shared-words.ts";

const words = defineMessages(
  {
    title: "Visits",
    exported: "Export as CSV",
    exporting: "Collecting",
    kept: "Entries are kept for 90 days at most, then deleted.",
    none: "No visit yet",
    noneWhy: "A visit begins when a driver first comes and ends with the last door.",
    someCarrier: "A carrier",
    attempts: (count: number, opened: number) =>
      `${count} attempt${count === 1 ? "" : "s"}, ${opened === 0 ? "none" : opened} released`,
    attemptsOf: "Reading the attempts",
    newest: "Newest",
    ongoing: "still here",
    columns: {
      visit: "visit",
      attempt: "attempt",
      presented: "presented",
      ended: "ended",
      carrier: "carrier",
      driver: "driver",
      parcels: "parcels",
      units: "units",
      door: "door",
      stage: "stage",
      outcome: "outcome",
      reason: "reason",
    },
  },
  {
    title: "Visitas",
    exported: "Exportar como CSV",
    exporting: "Reuniendo",
    kept: "Las entradas se guardan 90 días como máximo y luego se borran.",
    none: "Todavía no hay visitas",
    noneWhy: "Una visita empieza cuando llega un repartidor y termina con la última puerta.",
    someCarrier: "Un transportista",
    attempts: (count, opened) =>
      `${count} intento${count === 1 ? "" : "s"}, ${opened === 0 ? "ninguna liberación" : `${opened} con liberación`}`,
    attemptsOf: "Leyendo los intentos",
    newest: "Las más recientes",
    ongoing: "sigue aquí",
    columns: {
      visit: "visita",
      attempt: "intento",
      presented: "presentado",
      ended: "terminó",
      carrier: "transportista",
      driver: "repartidor",
      parcels: "paquetes",
      units: "viviendas",
      door: "entrada",
      stage: "etapa",
      outcome: "resultado",
      reason: "motivo",
    },
  },
);

/** Who came, when, through which doors, and how each attempt ended; by page, and as a file. */
export function VisitsPage(): ReactElement {
  const said = useWords(words);
  const common = useWords(commonWords);
  const { building, time } = useBuilding();
  const { locale } = useSetting();
  const { after } = useSearch({ from: "/inside/buildings/$buildingId/visits" });
  const page = useQuery(visitsQuery(building.id, after));
  const exported = useMutation({
    mutationFn: () => readAllAttempts(building.id),
    onSuccess: (attempts) => {
      const doors = new Map(building.entrances.map(({ id, label }) => [id, label]));
      const lines = attemptLines(attempts, { doors, locale, zone: building.tz });
      const heading = csvLine(Object.values(said.columns));
      downloadText(`${building.name} ${said.title}.csv`, `\uFEFF${heading}${lines}`, "text/csv");
    },
  });
  const params = { buildingId: building.id };
  const next = page.data?.length === visitsPageLength ? page.data.at(-1)?.id : undefined;
  return (
    <section className="c-section" aria-label={said.title}>
      <div className="c-head">
        <div>
          <h2>{said.title}</h2>
          <p className="c-quiet">{said.kept}</p>
        </div>
        <Button disabled={exported.isPending} onClick={() => exported.mutate()}>
          {exported.isPending ? said.exporting : said.exported}
        </Button>
      </div>
      {exported.isError ? <FaultNotice error={exported.error} /> : null}
      {page.isError ? <FaultNotice error={page.error} onRetry={() => void page.refetch()} /> : null}
      {page.isPending ? <Skeleton label={common.loading} lines={6} /> : null}
      {page.data?.length === 0 ? (
        <Empty title={said.none}>
          <p>{said.noneWhy}</p>
        </Empty>
      ) : null}
      {page.data === undefined || page.data.length === 0 ? null : (
        <ul className="c-list c-attempts">
          {page.data.map((visit) => (
            <li key={visit.id}>
              <div>
                <TimeOf atMs={visit.startedAt} {...time} />
                {visit.endedAt === undefined ? <p className="c-small">{said.ongoing}</p> : null}
              </div>
              <VisitLine visit={visit} />
            </li>
          ))}
        </ul>
      )}
      <div className="c-pager">
        {after === undefined ? (
          <span />
        ) : (
          <Link
            to="/buildings/$buildingId/visits"
            params={params}
            search={{}}
            className="c-link-button"
          >
            {said.newest}
          </Link>
        )}
        {next === undefined ? null : (
          <Link
            to="/buildings/$buildingId/visits"
            params={params}
            search={{ after: next }}
            className="c-link-button"
          >
            {common.more}
          </Link>
        )}
      </div>
    </section>
  );
}

function VisitLine({ visit }: { readonly visit: Visit }): ReactElement {
  const said = useWords(words);
  const inBuilding = useWords(buildingWords);
  const common = useWords(commonWords);
  const { building } = useBuilding();
  const [isOpen, setOpen] = useState(false);
  const attempts = useQuery({ ...visitAttemptsQuery(building.id, visit), enabled: isOpen });
  return (
    <details className="c-visit" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <strong>{inBuilding.who(visit.carrier ?? said.someCarrier, visit.driver ?? "")}</strong>,{" "}
        {[said.attempts(visit.attempts, visit.opened), ...parcelsOf(visit, common)].join(", ")}
      </summary>
      {attempts.isError ? <FaultNotice error={attempts.error} /> : null}
      {isOpen && attempts.isPending ? <Skeleton label={said.attemptsOf} lines={2} /> : null}
      <ul className="c-attempts__what">
        {attempts.data?.map((attempt) => (
          <li key={attempt.id}>
            <AttemptLine attempt={attempt} />
          </li>
        ))}
      </ul>
    </details>
  );
}

/** A line of CSV for each attempt, times in the building's zone. */
export function attemptLines(
  attempts: readonly Attempt[],
  telling: {
    readonly doors: ReadonlyMap<string, string>;
    readonly locale: "en" | "es";
    readonly zone: string;
  },
): string {
  const exact = (ms: number | undefined) =>
    ms === undefined ? "" : sayExactTime(ms, { ...telling, nowMs: ms });
  return attempts
    .map((attempt) =>
      csvLine([
        attempt.visitId ?? "",
        attempt.id,
        exact(attempt.presentedAt),
        exact(attempt.endedAt),
        attempt.carrier ?? "",
        attempt.driver ?? "",
        String(attempt.parcels ?? ""),
        attempt.units?.join(", ") ?? "",
        telling.doors.get(attempt.entranceId) ?? attempt.entranceId,
        attempt.stage,
        attempt.outcome,
        attempt.outcome === "failed" ? (attemptRefusal(attempt, telling) ?? "") : "",
      ]),
    )
    .join("");
}
