import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import { Skeleton, sayExactTime, sayTime } from "@vestibule/ui";
import { type ReactElement, Suspense, useMemo } from "react";
import type { LineState } from "../live/live-feed.ts";
import { useBuildingLive } from "../live/use-building-live.ts";
import { mayChange, useOrganization } from "../organization.tsx";
import { buildingQuery } from "../queries.ts";
import { useNow, useSetting, useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { DemoBanner, PageHead, StateTag } from "../shell/parts.tsx";
import { commonWords } from "../words/shared-words.ts";
import { AttemptSheet } from "./attempt-sheet.tsx";
import { BuildingContext, useBuilding } from "./building-context.ts";
import { buildingWords } from "./building-words.ts";
import "./building.css";

/** A building's head and its pages' tabs; the sheet with an attempt opens over any of them. */
export function BuildingFrame(): ReactElement {
  const { buildingId } = useParams({ from: "/inside/buildings/$buildingId" });
  const common = useWords(commonWords);
  const said = useWords(buildingWords);
  const { locale } = useSetting();
  const nowMs = useNow();
  const { organizations, organization } = useOrganization();
  const query = useQuery({ ...buildingQuery(buildingId), refetchInterval: 60_000 });
  const { line, told, refusals } = useBuildingLive(buildingId);
  const building = query.data;
  const context = useMemo(() => {
    if (building === undefined) return undefined;
    const own = organizations.find(({ id }) => id === building.organizationId) ?? organization;
    const time = { locale, zone: building.tz, nowMs };
    return { building, time, line, told, refusals, canChange: mayChange(own) };
  }, [building, organizations, organization, locale, nowMs, line, told, refusals]);
  if (query.isError && building === undefined)
    return <FaultNotice error={query.error} onRetry={() => void query.refetch()} />;
  if (context === undefined) return <Skeleton label={common.loading} lines={6} />;
  return (
    <BuildingContext value={context}>
      <div className="c-page">
        {context.building.demo === true ? <DemoBanner /> : null}
        <PageHead
          title={context.building.name}
          under={
            <>
              {context.building.address} · <Clock />
            </>
          }
        >
          <StateTag state={context.building.state} />
        </PageHead>
        <Tabs buildingId={buildingId} />
        <Line line={line} />
        {query.isError ? (
          <FaultNotice error={query.error} onRetry={() => void query.refetch()} also={said.old} />
        ) : null}
        <Suspense fallback={<Skeleton label={common.loading} lines={6} />}>
          <Outlet />
        </Suspense>
        <AttemptSheet />
      </div>
    </BuildingContext>
  );
}

/** The building's own clock, so that nobody reads its times as those of his desk. */
function Clock(): ReactElement {
  const { time } = useBuilding();
  return (
    <time dateTime={new Date(time.nowMs).toISOString()} title={sayExactTime(time.nowMs, time)}>
      {sayTime(time.nowMs, time)} {time.zone.replaceAll("_", " ")}
    </time>
  );
}

const pages = [
  ["/buildings/$buildingId", "activity"],
  ["/buildings/$buildingId/visits", "visits"],
  ["/buildings/$buildingId/policy", "policy"],
  ["/buildings/$buildingId/places", "places"],
  ["/buildings/$buildingId/boxes", "boxes"],
] as const;

function Tabs({ buildingId }: { readonly buildingId: string }): ReactElement {
  const said = useWords(buildingWords);
  return (
    <nav className="c-tabs" aria-label={said.tabs}>
      {pages.map(([to, name]) => (
        <Link
          key={name}
          to={to}
          params={{ buildingId }}
          search={{}}
          activeOptions={{ exact: name === "activity", includeSearch: false }}
        >
          {said[name]}
        </Link>
      ))}
    </nav>
  );
}

function Line({ line }: { readonly line: LineState }): ReactElement {
  const said = useWords(buildingWords).line;
  const { time } = useBuilding();
  const text = line.kind === "lost" ? said.lost(sayTime(line.sinceMs, time)) : said[line.kind];
  return (
    <p className={`c-line c-line--${line.kind}`} role="status">
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        <circle cx="6" cy="6" r="4.5" />
      </svg>
      {text}
    </p>
  );
}
