import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "@vestibule/ui";
import type { ReactElement } from "react";
import { useBuilding } from "../building/building-context.ts";
import { boxesQuery } from "../queries.ts";
import { useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { Empty } from "../shell/parts.tsx";
import { BoxLine } from "./box-line.tsx";
import { boxesWords } from "./boxes-words.ts";
import { FindBox } from "./find-box.tsx";

/** A building's boxes with what each still needs, and how one more is found by its card. */
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
      {canChange ? (
        <section className="c-card" aria-label={said.adopt}>
          <h2>{said.adopt}</h2>
          <p>{said.how}</p>
          <FindBox buildingId={building.id} />
        </section>
      ) : null}
    </>
  );
}
