import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Notice, sayTime } from "@vestibule/ui";
import type { ReactElement } from "react";
import { type BoxRow, releaseBox } from "../api/buildings.ts";
import { RequestFault } from "../api/send.ts";
import { useBuilding } from "../building/building-context.ts";
import { newestVersion, readVersion } from "../policy/read-version.ts";
import { consoleQueries } from "../queries.ts";
import { useSetting, useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { nameOf } from "../shell/rail.tsx";
import { refusalText } from "../words/faults.ts";
import { sayMoment } from "../words/list.ts";
import { commonWords } from "../words/shared-words.ts";
import { type Adopted, adoptHeld } from "./adopt-held.ts";
import { boxesWords } from "./boxes-words.ts";
import { type HeldBox, useHeldBoxes } from "./held-boxes.ts";

/** One box: which doors it serves, how it fares, and what it still needs to serve them. */
export function BoxLine({ box }: { readonly box: BoxRow }): ReactElement {
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
        <p className="c-row__name">
          {doors.length === 0 ? said.nameless(box.ctl.slice(0, 8)) : doors.join(", ")}
        </p>
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
      {canChange ? <NextStep box={box} /> : null}
    </>
  );
}

/** What the policies say of a box: the one in force, or a later one that waits for its time. */
function useStanding(ctl: string) {
  const { building } = useBuilding();
  const newest = newestVersion(building);
  const names = (version: typeof newest) =>
    version !== undefined &&
    readVersion(version)?.policy.entrances.some((entrance) => entrance.ctl === ctl) === true;
  const inForce = names(building.policy);
  return { newest, isNamed: names(newest), inForce };
}

function NextStep({ box }: { readonly box: BoxRow }): ReactElement | null {
  const said = useWords(boxesWords);
  const { building, time } = useBuilding();
  const held = useHeldBoxes(building.id).find(({ ctl }) => ctl === box.ctl);
  const { newest, isNamed, inForce } = useStanding(box.ctl);
  if (!isNamed) {
    const search = { box: box.ctl };
    const params = { buildingId: building.id };
    return (
      <div className="c-row__next">
        <p>
          <strong>{said.unnamed}.</strong> {said.unnamedWhy}
        </p>
        <Link
          to={
            newest === undefined
              ? "/buildings/$buildingId/policy/first"
              : "/buildings/$buildingId/policy/edit"
          }
          params={params}
          search={search}
          className="c-link-button c-link-button--primary"
        >
          {newest === undefined ? said.writeFirst : said.nameIt}
        </Link>
      </div>
    );
  }
  if (box.adopted) return null;
  if (!inForce)
    return (
      <p className="c-row__next">
        {said.named(newest === undefined ? "" : sayMoment(newest.inForceFrom, time))}
      </p>
    );
  return held === undefined ? (
    <p className="c-row__next">{said.scanAgain}</p>
  ) : (
    <Adoption held={held} />
  );
}

function Adoption({ held }: { readonly held: HeldBox }): ReactElement {
  const said = useWords(boxesWords);
  const { building } = useBuilding();
  const adopt = useMutation({
    mutationFn: async (): Promise<Adopted> => {
      const inForce = building.policy === undefined ? undefined : readVersion(building.policy);
      return inForce === undefined ? { kind: "away" } : adoptHeld(building.id, held, inForce);
    },
    onSettled: () => refresh(building.id),
  });
  return (
    <div className="c-row__next">
      {adopt.isError ? <FaultNotice error={adopt.error} /> : null}
      {adopt.data === undefined ? null : <AdoptedNotice adopted={adopt.data} />}
      <Button tone="primary" disabled={adopt.isPending} onClick={() => adopt.mutate()}>
        {adopt.isPending ? said.busy : said.do}
      </Button>
    </div>
  );
}

/** How an adoption ended, and what to do now. */
export function AdoptedNotice({ adopted }: { readonly adopted: Adopted }): ReactElement {
  const said = useWords(boxesWords);
  const { locale } = useSetting();
  switch (adopted.kind) {
    case "done":
      return (
        <Notice tone="confirmed" title={said.done} live>
          <p>{said.doneWhy}</p>
        </Notice>
      );
    case "away":
      return (
        <Notice tone="info" title={said.away} live>
          <p>{said.awayWhy}</p>
        </Notice>
      );
    case "wrong":
      return (
        <Notice tone="refused" title={said.wrong} live>
          <p>{said.wrongWhy}</p>
        </Notice>
      );
    case "refused":
      return (
        <Notice tone="refused" title={said.refused} live>
          <p>{refusalText(adopted.code, locale) ?? adopted.code}</p>
        </Notice>
      );
  }
}

/** Has what adoption changes read again. */
export function refresh(buildingId: string): Promise<unknown> {
  return Promise.all(
    ["boxes", "building"].map((name) =>
      consoleQueries.invalidateQueries({ queryKey: [name, buildingId] }),
    ),
  );
}

function Release({ box }: { readonly box: BoxRow }): ReactElement {
  const said = useWords(boxesWords);
  const { building } = useBuilding();
  const release = useMutation({
    mutationFn: () => releaseBox(building.id, box.controllerId),
    onSuccess: () => refresh(building.id),
  });
  const hasTwin = release.error instanceof RequestFault && release.error.fault.status === 409;
  return (
    <div className="c-row__next">
      <p className="c-quiet c-small">{said.releaseWhy}</p>
      <Button disabled={release.isPending} onClick={() => release.mutate()}>
        {said.release}
      </Button>
      {hasTwin ? <p role="alert">{said.releaseConflict}</p> : null}
      {release.isError && !hasTwin ? <FaultNotice error={release.error} /> : null}
    </div>
  );
}
