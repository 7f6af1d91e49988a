import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactElement, type ReactNode, use, useMemo, useState } from "react";
import type { Organization } from "./api/people.ts";
import { organizationsQuery } from "./queries.ts";

/** The organization whose buildings and people are shown. */
export interface Chosen {
  readonly organizations: readonly Organization[];
  /** Undefined where one belongs to none, or before the answer came. */
  readonly organization: Organization | undefined;
  readonly choose: (id: string) => void;
}

const ChosenContext = createContext<Chosen>({
  organizations: [],
  organization: undefined,
  choose: () => undefined,
});

/** The organization in view. */
export function useOrganization(): Chosen {
  return use(ChosenContext);
}

const key = "vestibule-organization";

/** Keeps which of one's organizations is in view, for this tab. */
export function OrganizationProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const { data: organizations = [] } = useQuery(organizationsQuery);
  const [id, setId] = useState(() => sessionStorage.getItem(key) ?? "");
  const chosen = useMemo<Chosen>(
    () => ({
      organizations,
      organization: organizations.find((known) => known.id === id) ?? organizations[0],
      choose: (wanted) => {
        sessionStorage.setItem(key, wanted);
        setId(wanted);
      },
    }),
    [organizations, id],
  );
  return <ChosenContext value={chosen}>{children}</ChosenContext>;
}

const changers: readonly string[] = ["owner", "manager"];

/** Whether the own role may change buildings. The host decides; this only hides what it would refuse. */
export function mayChange(organization: Organization | undefined): boolean {
  return organization !== undefined && changers.includes(organization.role);
}
