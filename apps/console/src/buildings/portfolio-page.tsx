import { TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Skeleton } from "@vestibule/ui";
import { type ReactElement, useEffect, useState } from "react";
import type { Building } from "../api/buildings.ts";
import { mayChange, useOrganization } from "../organization.tsx";
import { buildingQuery, organizationsQuery, portfolioQuery } from "../queries.ts";
import { useWords } from "../setting.tsx";
import { FaultNotice } from "../shell/fault-notice.tsx";
import { DemoTag, Empty, PageHead, StateTag } from "../shell/parts.tsx";
import { commonWords } from "../words/shared-words.ts";
import { portfolioWords } from "./portfolio-words.ts";

const searchPauseMs = 250;

/** Every building of the organization in view: searched, by page, each with its state and health. */
export function PortfolioPage(): ReactElement {
  const said = useWords(portfolioWords);
  const { organization } = useOrganization();
  const organizations = useQuery(organizationsQuery);
  const { q = "", after } = useSearch({ from: "/inside/" });
  const page = useQuery({
    ...portfolioQuery({ organizationId: organization?.id, search: q, after }),
    enabled: organization !== undefined,
    placeholderData: keepPreviousData,
  });
  const canAdd = mayChange(organization);
  return (
    <div className="c-page">
      <PageHead title={said.title} under={organization?.name}>
        {organization === undefined ? null : (
          <a
            href={`/api/buildings/export?organizationId=${encodeURIComponent(organization.id)}`}
            download
            className="c-link-button"
          >
            {said.exported}
          </a>
        )}
        {canAdd ? (
          <Link to="/buildings/new" className="c-link-button c-link-button--primary">
            {said.add}
          </Link>
        ) : null}
      </PageHead>
      {organizations.isError ? (
        <FaultNotice error={organizations.error} onRetry={() => void organizations.refetch()} />
      ) : null}
      {organizations.data?.length === 0 ? (
        <Empty title={said.nowhere}>
          <p>{said.nowhereWhy}</p>
        </Empty>
      ) : (
        <>
          <Search q={q} />
          {page.isError ? (
            <FaultNotice error={page.error} onRetry={() => void page.refetch()} />
          ) : null}
          {page.isPending && !page.isError ? <Skeleton label={said.title} lines={6} /> : null}
          {page.data === undefined ? null : (
            <Found buildings={page.data.buildings} q={q} canAdd={canAdd} />
          )}
          <Pager q={q} after={after} next={page.data?.next} />
        </>
      )}
    </div>
  );
}

function Search({ q }: { readonly q: string }): ReactElement {
  const said = useWords(portfolioWords);
  const navigate = useNavigate();
  const [typed, setTyped] = useState(q);
  useEffect(() => {
    if (typed === q) return;
    const timer = setTimeout(() => {
      void navigate({ to: "/", search: typed === "" ? {} : { q: typed }, replace: true });
    }, searchPauseMs);
    return () => clearTimeout(timer);
  }, [typed, q, navigate]);
  return (
    <search>
      <TextInput
        type="search"
        label={said.search}
        value={typed}
        maxLength={100}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </search>
  );
}

interface FoundProps {
  readonly buildings: readonly Building[];
  readonly q: string;
  readonly canAdd: boolean;
}

function Found({ buildings, q, canAdd }: FoundProps): ReactElement {
  const said = useWords(portfolioWords);
  if (buildings.length === 0 && q !== "")
    return (
      <Empty title={said.noMatch(q)}>
        <p>{said.noMatchWhy}</p>
        <Link to="/" search={{}} className="c-link-button">
          {said.clear}
        </Link>
      </Empty>
    );
  if (buildings.length === 0)
    return (
      <Empty title={said.none}>
        <p>{canAdd ? said.noneWhy : said.noneReader}</p>
        {canAdd ? (
          <Link to="/buildings/new" className="c-link-button c-link-button--primary">
            {said.add}
          </Link>
        ) : null}
      </Empty>
    );
  return (
    <ul className="c-list">
      {buildings.map((building) => (
        <li key={building.id} className="c-row">
          <div className="c-row__main">
            <Link
              to="/buildings/$buildingId"
              params={{ buildingId: building.id }}
              search={{}}
              className="c-row__name"
            >
              {building.name}
            </Link>
            <p className="c-quiet">{building.address}</p>
          </div>
          <BuildingHealth building={building} />
          <div className="c-actions">
            {building.demo === true ? <DemoTag /> : null}
            <StateTag state={building.state} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function BuildingHealth({ building }: { readonly building: Building }): ReactElement {
  const said = useWords(portfolioWords);
  const common = useWords(commonWords);
  const detail = useQuery({
    ...buildingQuery(building.id),
    enabled: building.health === undefined,
    staleTime: 60_000,
  });
  const doors = building.health?.doors ?? detail.data?.doors.length;
  if (doors === undefined) return <span className="c-health" />;
  const online =
    building.health?.online ?? detail.data?.doors.filter((door) => door.online).length ?? 0;
  const text =
    doors === 0
      ? said.noDoor
      : online === doors
        ? said.doorsWell(common.doors(doors))
        : said.doorsSilent(doors - online, doors);
  return <span className={`c-health ${online < doors ? "c-health--silent" : ""}`}>{text}</span>;
}

interface PagerProps {
  readonly q: string;
  readonly after: string | undefined;
  readonly next: string | undefined;
}

function Pager({ q, after, next }: PagerProps): ReactElement | null {
  const said = useWords(portfolioWords);
  const common = useWords(commonWords);
  if (after === undefined && next === undefined) return null;
  const search = q === "" ? {} : { q };
  return (
    <div className="c-pager">
      {after === undefined ? (
        <span />
      ) : (
        <Link to="/" search={search} className="c-link-button">
          {said.first}
        </Link>
      )}
      {next === undefined ? null : (
        <Link to="/" search={{ ...search, after: next }} className="c-link-button">
          {common.next}
        </Link>
      )}
    </div>
  );
}
