import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Notice, Skeleton, TimeOf } from "@vestibule/ui";
import type { ReactElement } from "react";
import type { PolicyVersion } from "../api/buildings.ts";
import { useBuilding } from "../building/building-context.ts";
import { downloadText } from "../download.ts";
import { policiesQuery } from "../queries.ts";
import { useSetting, useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { Empty } from "../shell/parts.tsx";
import { nameOf } from "../shell/rail.tsx";
import { refusalText } from "../words/faults.ts";
import { sayMoment } from "../words/list.ts";
import { commonWords } from "../words/shared-words.ts";
import { Changes } from "./changes.tsx";
import { PolicySentences } from "./policy-sentences.tsx";
import { policyWords } from "./policy-words.ts";
import { readVersion } from "./read-version.ts";
import "./policy.css";

/** The policy in force in sentences, what waits for its time, and every version there was. */
export function PolicyPage(): ReactElement {
  const said = useWords(policyWords);
  const { building, time, canChange, refusals } = useBuilding();
  const { locale } = useSetting();
  const shown = building.policy ?? building.pending[0];
  const accepted = shown === undefined ? undefined : readVersion(shown);
  if (shown === undefined)
    return (
      <Empty title={said.none}>
        <p>{said.noneWhy}</p>
        <div className="c-actions">
          {canChange ? (
            <Link
              to="/buildings/$buildingId/policy/first"
              params={{ buildingId: building.id }}
              search={{}}
              className="c-link-button c-link-button--primary"
            >
              {said.writeFirst}
            </Link>
          ) : null}
          <HandedLink />
        </div>
      </Empty>
    );
  return (
    <>
      {refusals.map(({ code, atMs }) => (
        <Notice key={`${code} ${atMs}`} tone="refused" title={said.refusedByBox} live>
          <p>{refusalText(code, locale) ?? code}</p>
        </Notice>
      ))}
      {building.pending.map((version) => (
        <Pending key={version.hash} version={version} before={building.policy} />
      ))}
      <section className="c-section" aria-label={said.title}>
        <div className="c-head">
          <div>
            <h2>{said.title}</h2>
            <p className="c-quiet">
              {shown.state === "pending"
                ? said.notYet(shown.ver, sayMoment(shown.inForceFrom, time))
                : said.inForce(shown.ver, sayMoment(shown.inForceFrom, time))}
            </p>
          </div>
          <div className="c-actions">
            <HandedLink />
            {canChange ? (
              <Link
                to="/buildings/$buildingId/policy/edit"
                params={{ buildingId: building.id }}
                search={{}}
                className="c-link-button c-link-button--primary"
              >
                {said.edit}
              </Link>
            ) : null}
          </div>
        </div>
        {accepted === undefined ? (
          <Notice tone="refused" title={said.unreadable}>
            <p>{said.unreadableWhy}</p>
          </Notice>
        ) : (
          <PolicySentences policy={accepted.policy} />
        )}
      </section>
      <Versions />
    </>
  );
}

/** Every member may sign what another handed him, whatever his role at this host. */
function HandedLink(): ReactElement {
  const said = useWords(policyWords);
  const { building } = useBuilding();
  return (
    <Link
      to="/buildings/$buildingId/policy/sign"
      params={{ buildingId: building.id }}
      search={{}}
      className="c-link-button"
    >
      {said.handed}
    </Link>
  );
}

interface PendingProps {
  readonly version: PolicyVersion;
  readonly before: PolicyVersion | undefined;
}

function Pending({ version, before }: PendingProps): ReactElement {
  const said = useWords(policyWords);
  const { time } = useBuilding();
  const next = readVersion(version);
  const old = before === undefined ? undefined : readVersion(before);
  return (
    <Notice tone="waiting" title={said.pending(sayMoment(version.inForceFrom, time))}>
      <p>{said.pendingWhy(version.ver)}</p>
      {next === undefined || old === undefined ? null : (
        <Changes before={old.policy} after={next.policy} />
      )}
    </Notice>
  );
}

function Versions(): ReactElement {
  const said = useWords(policyWords);
  const common = useWords(commonWords);
  const { building, time } = useBuilding();
  const versions = useQuery(policiesQuery(building.id));
  if (versions.isPending) return <Skeleton label={common.loading} />;
  if (versions.isError)
    return <FaultNotice error={versions.error} onRetry={() => void versions.refetch()} />;
  return (
    <section className="c-section" aria-label={said.versions}>
      <h2>{said.versions}</h2>
      <ul className="c-list">
        {versions.data.toReversed().map((version) => (
          <li key={version.hash} className="c-row">
            <div className="c-row__main">
              <p className="c-row__name">{said.version(version.ver)}</p>
              <p className="c-quiet c-small">
                {said.states[version.state]}, <TimeOf atMs={version.inForceFrom} {...time} />
              </p>
              <BoxesOf version={version} />
            </div>
            <Button
              aria-label={`${said.file}: ${said.version(version.ver)}`}
              onClick={() =>
                downloadText(`policy-${version.ver}.json`, version.text, "application/json")
              }
            >
              {said.file}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What each door's box said of a version: from when it counts there, or why it was not taken. */
function BoxesOf({ version }: { readonly version: PolicyVersion }): ReactElement | null {
  const said = useWords(policyWords);
  const kinds = useWords(commonWords).kinds;
  const { building, time } = useBuilding();
  const { locale } = useSetting();
  if (version.boxes.length === 0 || version.state === "replaced") return null;
  const nameOfDoor = (ent: string) => {
    const door = building.entrances.find((known) => known.ent === ent);
    return door === undefined ? ent : nameOf(door, kinds);
  };
  return (
    <ul className="c-quiet c-small">
      {version.boxes.map(({ ctl, ent, accepted, code }) => {
        const door = ent === undefined ? ctl.slice(0, 8) : nameOfDoor(ent);
        const word =
          accepted !== undefined
            ? said.boxAccepted(sayMoment(accepted, time))
            : code === undefined
              ? said.boxSilent
              : said.boxRefused(refusalText(code, locale) ?? code);
        return <li key={`${ctl} ${ent ?? ""}`}>{`${door}: ${word}`}</li>;
      })}
    </ul>
  );
}
