import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Skeleton, sayTime } from "@vestibule/ui";
import type { ReactElement } from "react";
import { type BoxRow, releaseBox } from "../api/buildings.ts";
import { RequestFault } from "../api/send.ts";
import { useBuilding } from "../building/building-context.ts";
import { boxesQuery, consoleQueries } from "../queries.ts";
import { useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { Empty } from "../shell/parts.tsx";
import { nameOf } from "../shell/rail.tsx";
import { commonWords } from "../words/shared-words.ts";
import { AdoptBox } from "./adopt-box.tsx";
import { boxesWords } from "./boxes-words.ts";

/** A building's boxes, and how one more is adopted. */
export function BoxesPage(): ReactElement {
  const said = useWords(boxesWords);
  const { building, canChange } = useBuilding();
  const boxes = useQuery(boxesQuery(building.id));
  return (
    <>
      <section className="c-section" aria-label={said.title}>
        <h2>{said.title}</h2>
        {boxes.isError ? (
          <FaultNotice error={boxes.error} onRetry={() => void boxes.refetch()} />
        ) : null}
        {boxes.isPending ? <Skeleton label={said.title} /> : null}
        {boxes.data?.length === 0 ? (
          <Empty title={said.none}>
            <p>{said.noneWhy}</p>
          </Empty>
        ) : null}
        {boxes.data === undefined || boxes.data.length === 0 ? null : (
          <ul className="c-list">
            {boxes.data.map((box) => (
              <li key={box.ctl} className="c-row">
                <BoxLine box={box} />
              </li>
            ))}
          </ul>
        )}
      </section>
      {canChange ? <AdoptBox /> : null}
    </>
  );
}

function BoxLine({ box }: { readonly box: BoxRow }): ReactElement {
  const said = useWords(boxesWords);
  const kinds = useWords(commonWords).kinds;
  const { building, time, canChange } = useBuilding();
  const doors = building.doors
    .filter(({ ctl }) => ctl === box.ctl)
    .map((door) => nameOf(door, kinds));
  const health = box.online
    ? said.online
    : box.silentSince === undefined
      ? said.silentEver
      : said.silent(sayTime(box.silentSince, time));
  return (
    <>
      <div className="c-row__main">
        <p className="c-row__name">{doors.length === 0 ? box.ctl.slice(0, 8) : doors.join(", ")}</p>
        <p className="c-quiet c-mono">{box.ctl}</p>
      </div>
      <p>{health}</p>
      <div className="c-actions">
        {box.software === undefined ? null : (
          <span className="c-tag">{said.software(box.software)}</span>
        )}
        <span className={`c-tag ${box.adopted ? "c-tag--proved" : ""}`}>
          {box.adopted ? said.adopted : said.notAdopted}
        </span>
        {box.quarantined ? <span className="c-tag c-tag--fault">{said.quarantined}</span> : null}
      </div>
      {box.quarantined && canChange ? <Release box={box} /> : null}
    </>
  );
}

function Release({ box }: { readonly box: BoxRow }): ReactElement {
  const said = useWords(boxesWords);
  const { building } = useBuilding();
  const release = useMutation({
    mutationFn: () => releaseBox(building.id, box.controllerId),
    onSuccess: () =>
      Promise.all(
        ["boxes", "building"].map((name) =>
          consoleQueries.invalidateQueries({ queryKey: [name, building.id] }),
        ),
      ),
  });
  const hasTwin = release.error instanceof RequestFault && release.error.fault.status === 409;
  return (
    <div className="c-actions">
      <p className="c-quiet c-small">{said.releaseWhy}</p>
      <Button disabled={release.isPending} onClick={() => release.mutate()}>
        {said.release}
      </Button>
      {hasTwin ? <p role="alert">{said.releaseConflict}</p> : null}
      {release.isError && !hasTwin ? <FaultNotice error={release.error} /> : null}
    </div>
  );
}
