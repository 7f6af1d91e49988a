import { useQuery } from "@tanstack/react-query";
import { Skeleton, sayTime } from "@vestibule/ui";
import type { ReactElement } from "react";
import type { BoxRow } from "../api/buildings.ts";
import { useBuilding } from "../building/building-context.ts";
import { boxesQuery } from "../queries.ts";
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
  const { building, time } = useBuilding();
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
    </>
  );
}
