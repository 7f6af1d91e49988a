import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Button, defineMessages, Mark } from "@vestibule/ui";
import type { ReactElement } from "react";
import { signOut } from "../api/people.ts";
import { useOrganization } from "../organization.tsx";
import { buildingQuery, consoleQueries, portfolioQuery, selfQuery } from "../queries.ts";
import { useWords } from "../setting.tsx";
import { commonWords } from "../words/shared-words.ts";
import { HealthDot } from "./health-dot.tsx";
import { Preferences } from "./preferences.tsx";

const words = defineMessages(
  {
    buildings: "Buildings",
    all: "All buildings",
    people: "People",
    keys: "Signing keys",
    organization: "Organization",
    signOut: "Sign out",
    more: "Find another building",
    none: "No building yet",
  },
  {
    buildings: "Edificios",
    all: "Todos los edificios",
    people: "Personas",
    keys: "Claves para firmar",
    organization: "Organización",
    signOut: "Salir",
    more: "Buscar otro edificio",
    none: "Todavía no hay edificios",
  },
);

/** The portfolio as a tree: organization, buildings, and the doors of the one in view. */
export function Rail(): ReactElement {
  const said = useWords(words);
  const { organizations, organization, choose } = useOrganization();
  const navigate = useNavigate();
  return (
    <>
      <Link to="/" search={{}} className="c-rail__home">
        <Mark size={30} />
        <span className="c-wordmark">Vestibule</span>
      </Link>
      {organizations.length > 1 ? (
        <label className="c-rail__organization">
          <span className="v-unseen">{said.organization}</span>
          <select
            value={organization?.id}
            onChange={(event) => {
              choose(event.target.value);
              void navigate({ to: "/", search: {} });
            }}
          >
            {organizations.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <p className="c-rail__organization">{organization?.name}</p>
      )}
      <Link
        to="/"
        search={{}}
        className="c-rail__link"
        activeOptions={{ exact: true, includeSearch: false }}
      >
        {said.all}
      </Link>
      <Tree organizationId={organization?.id} />
      <div className="c-rail__rest">
        <Link to="/people" className="c-rail__link">
          {said.people}
        </Link>
        <Link to="/keys" className="c-rail__link">
          {said.keys}
        </Link>
      </div>
      <Account />
    </>
  );
}

function Tree({ organizationId }: { readonly organizationId: string | undefined }): ReactElement {
  const said = useWords(words);
  const { buildingId } = useParams({ strict: false });
  const page = useQuery({
    ...portfolioQuery({ organizationId, search: "", after: undefined }),
    enabled: organizationId !== undefined,
  });
  const listed = page.data?.buildings ?? [];
  const current = useQuery({
    ...buildingQuery(buildingId ?? ""),
    enabled: buildingId !== undefined,
  });
  const isListed = listed.some(({ id }) => id === buildingId);
  const buildings =
    isListed || current.data === undefined || buildingId === undefined
      ? listed
      : [{ id: buildingId, name: current.data.name }, ...listed];
  if (page.isSuccess && buildings.length === 0) return <p className="c-tree__none">{said.none}</p>;
  return (
    <ul className="c-tree" aria-label={said.buildings}>
      {buildings.map(({ id, name }) => (
        <li key={id}>
          <Link
            to="/buildings/$buildingId"
            params={{ buildingId: id }}
            search={{}}
            className="c-tree__building"
          >
            {name}
          </Link>
          {id === buildingId ? <Doors buildingId={id} /> : null}
        </li>
      ))}
      {page.data?.next === undefined ? null : (
        <li>
          <Link to="/" search={{}} className="c-tree__more">
            {said.more}
          </Link>
        </li>
      )}
    </ul>
  );
}

function Doors({ buildingId }: { readonly buildingId: string }): ReactElement | null {
  const { data } = useQuery(buildingQuery(buildingId));
  const kinds = useWords(commonWords).kinds;
  if (data === undefined || data.doors.length === 0) return null;
  return (
    <ul className="c-tree__doors">
      {data.doors.map((door) => (
        <li key={door.id}>
          <Link
            to="/buildings/$buildingId"
            params={{ buildingId }}
            search={{}}
            hash={`door-${door.ent}`}
            className="c-tree__door"
          >
            <HealthDot door={door} />
            <span>{nameOf(door, kinds)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** A door as people call it: its label, or what kind it is where nobody gave it one. */
export function nameOf(
  door: { readonly label: string; readonly ent: string; readonly kind: string },
  kinds: Readonly<Record<string, string>>,
): string {
  return door.label === door.ent ? (kinds[door.kind] ?? door.ent) : door.label;
}

function Account(): ReactElement {
  const said = useWords(words);
  const { data } = useQuery(selfQuery);
  const leave = async () => {
    await signOut().catch(() => undefined);
    consoleQueries.clear();
    // A whole load: nothing of the person stays in this page's memory.
    location.assign("/sign-in");
  };
  return (
    <div className="c-account">
      <p className="c-account__name">{data?.name}</p>
      <Preferences />
      <Button onClick={() => void leave()}>{said.signOut}</Button>
    </div>
  );
}
