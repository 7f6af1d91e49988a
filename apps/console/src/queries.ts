import { QueryClient, queryOptions } from "@tanstack/react-query";
import {
  readBoxes,
  readBuilding,
  readBuildings,
  readHost,
  readOffers,
  readParties,
  readPolicies,
  readUnits,
} from "./api/buildings.ts";
import {
  readAttempt,
  readAttempts,
  readVisitAttempts,
  readVisits,
  type Visit,
} from "./api/entries.ts";
import {
  readDemoKey,
  readOrganizations,
  readPeople,
  readSelf,
  readSigningKeys,
} from "./api/people.ts";
import { RequestFault } from "./api/send.ts";

const retriesMax = 2;

/** The console's store of answers: retries only what the fault says may be retried. */
export const consoleQueries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (count, error) =>
        count < retriesMax && error instanceof RequestFault && error.fault.retry === "later",
      retryDelay: (count) => 600 * 2 ** count,
    },
    mutations: { retry: false },
  },
});

export const selfQuery = queryOptions({
  queryKey: ["self"],
  queryFn: () => readSelf(),
  staleTime: 60_000,
});

export const organizationsQuery = queryOptions({
  queryKey: ["organizations"],
  queryFn: readOrganizations,
  staleTime: 300_000,
});

/** A page of the portfolio. */
export interface PortfolioPage {
  readonly organizationId: string | undefined;
  readonly search: string;
  readonly after: string | undefined;
}

export const portfolioQuery = (page: PortfolioPage) =>
  queryOptions({ queryKey: ["buildings", page], queryFn: () => readBuildings(page) });

export const buildingQuery = (id: string) =>
  queryOptions({ queryKey: ["building", id], queryFn: () => readBuilding(id) });

/** What a first policy names of this host. */
export const hostQuery = queryOptions({
  queryKey: ["host"],
  queryFn: () => readHost(),
  staleTime: 300_000,
});

export const policiesQuery = (id: string) =>
  queryOptions({ queryKey: ["policies", id], queryFn: () => readPolicies(id) });

export const unitsQuery = (id: string) =>
  queryOptions({ queryKey: ["units", id], queryFn: () => readUnits(id) });

export const offersQuery = (buildingId: string) =>
  queryOptions({
    queryKey: ["offers", buildingId],
    queryFn: () => readOffers(),
    refetchInterval: 5_000,
    staleTime: 0,
  });

export const boxesQuery = (id: string) =>
  queryOptions({ queryKey: ["boxes", id], queryFn: () => readBoxes(id), refetchInterval: 30_000 });

/** The carriers or vetters that this host knows by their roots. */
export const partiesQuery = (kind: "carriers" | "vetters") =>
  queryOptions({ queryKey: ["parties", kind], queryFn: () => readParties(kind) });

export const attemptsQuery = (id: string) =>
  queryOptions({ queryKey: ["attempts", id], queryFn: () => readAttempts(id) });

export const attemptQuery = (id: string, attemptId: string) =>
  queryOptions({
    queryKey: ["attempt", id, attemptId],
    queryFn: () => readAttempt(id, attemptId),
    staleTime: 0,
  });

export const visitsQuery = (id: string, after: string | undefined) =>
  queryOptions({ queryKey: ["visits", id, after], queryFn: () => readVisits(id, after) });

export const visitAttemptsQuery = (id: string, visit: Visit) =>
  queryOptions({
    queryKey: ["attempts", id, visit.id],
    queryFn: () => readVisitAttempts(id, visit),
  });

export const peopleQuery = (organizationId: string) =>
  queryOptions({ queryKey: ["people", organizationId], queryFn: () => readPeople(organizationId) });

export const signingKeysQuery = queryOptions({
  queryKey: ["signing-keys"],
  queryFn: readSigningKeys,
});

export const demoKeyQuery = queryOptions({
  queryKey: ["demo-key"],
  queryFn: readDemoKey,
  staleTime: Number.POSITIVE_INFINITY,
});
