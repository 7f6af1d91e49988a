import { Link } from "@tanstack/react-router";
import { Notice } from "@vestibule/ui";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { type Adopted, adoptHeld } from "../../boxes/adopt-held.ts";
import { AdoptedNotice, refresh } from "../../boxes/box-line.tsx";
import type { HeldBox } from "../../boxes/held-boxes.ts";
import { useBuilding } from "../../building/building-context.ts";
import { useWords } from "../../setting.tsx";
import { FaultNotice } from "../../shell/fault-notice.tsx";
import { readVersion } from "../read-version.ts";
import { firstWords } from "./first-words.ts";

type Told = Adopted | { readonly kind: "fault"; readonly error: unknown };

/** Tells each box of the policy that founds its building, one after the other. */
export function Founded({ boxes }: { readonly boxes: readonly HeldBox[] }): ReactElement {
  const said = useWords(firstWords);
  const { building } = useBuilding();
  const [told, setTold] = useState<readonly Told[]>([]);
  const inForce = building.policy === undefined ? undefined : readVersion(building.policy);
  const hasBegun = useRef(false);
  useEffect(() => {
    if (inForce === undefined || hasBegun.current) return;
    hasBegun.current = true;
    const tell = async () => {
      for (const box of boxes) {
        const result = await adoptHeld(building.id, box, inForce).catch(
          (error: unknown): Told => ({ kind: "fault", error }),
        );
        setTold((before) => [...before, result]);
      }
      await refresh(building.id);
    };
    void tell();
  }, [boxes, building.id, inForce]);
  const waiting = boxes[told.length];
  const isAll = waiting === undefined && told.every(({ kind }) => kind === "done");
  const params = { buildingId: building.id };
  return (
    <section className="c-section">
      <h2>{said.has}</h2>
      <p>{said.boxesKnow}</p>
      {told.map((result, index) =>
        result.kind === "fault" ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: results stand in the order of the boxes.
          <FaultNotice key={index} error={result.error} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: results stand in the order of the boxes.
          <AdoptedNotice key={index} adopted={result} />
        ),
      )}
      <div role="status">
        {waiting === undefined ? null : <p>{said.telling(waiting.ctl.slice(0, 8))}</p>}
      </div>
      {waiting !== undefined || isAll ? null : (
        <Notice tone="info" title={said.toldSome} live>
          <p>{said.toldSomeWhy}</p>
        </Notice>
      )}
      {waiting === undefined && isAll ? <p>{said.toldAll}</p> : null}
      <div className="c-actions">
        <Link
          to="/buildings/$buildingId"
          params={params}
          search={{}}
          className="c-link-button c-link-button--primary"
        >
          {said.toActivity}
        </Link>
        <Link
          to="/buildings/$buildingId/boxes"
          params={params}
          search={{}}
          className="c-link-button"
        >
          {said.toBoxes}
        </Link>
      </div>
    </section>
  );
}
