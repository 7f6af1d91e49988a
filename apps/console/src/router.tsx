import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { RequestFault } from "./api/send.ts";
import { consoleQueries, selfQuery } from "./queries.ts";
import { safeNext, textParam } from "./search-params.ts";
import { CrashedPage, LostPage, RootFrame } from "./shell/frames.tsx";
import { Shell } from "./shell/shell.tsx";

const root = createRootRoute({
  component: RootFrame,
  notFoundComponent: LostPage,
  errorComponent: CrashedPage,
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  component: lazyRouteComponent(() => import("./join/invitation-page.tsx"), "InvitationPage"),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search) => ({ next: safeNext(textParam(search, "next")) }),
  component: lazyRouteComponent(() => import("./join/sign-in-page.tsx"), "SignInPage"),
});

/** Everything that needs somebody signed in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  component: Shell,
  beforeLoad: async ({ location }) => {
    try {
      await consoleQueries.ensureQueryData(selfQuery);
    } catch (error) {
      const isStranger = error instanceof RequestFault && error.fault.status === 401;
      // What stands behind `#` is for the page alone: in a query it would reach the host.
      const { pathname, searchStr, hash } = location;
      if (isStranger)
        throw redirect({ to: "/sign-in", search: { next: `${pathname}${searchStr}` }, hash });
      // An unreachable host is told by the shell, which can try again.
    }
  },
});

const portfolio = createRoute({
  getParentRoute: () => inside,
  path: "/",
  validateSearch: (search): { readonly q?: string; readonly after?: string } => {
    const q = textParam(search, "q");
    const after = textParam(search, "after");
    return { ...(q === undefined ? {} : { q }), ...(after === undefined ? {} : { after }) };
  },
  component: lazyRouteComponent(() => import("./buildings/portfolio-page.tsx"), "PortfolioPage"),
});

const newBuilding = createRoute({
  getParentRoute: () => inside,
  path: "/buildings/new",
  component: lazyRouteComponent(
    () => import("./buildings/new-building-page.tsx"),
    "NewBuildingPage",
  ),
});

const people = createRoute({
  getParentRoute: () => inside,
  path: "/people",
  component: lazyRouteComponent(() => import("./people/people-page.tsx"), "PeoplePage"),
});

const keys = createRoute({
  getParentRoute: () => inside,
  path: "/keys",
  component: lazyRouteComponent(() => import("./keys/keys-page.tsx"), "KeysPage"),
});

const building = createRoute({
  getParentRoute: () => inside,
  path: "/buildings/$buildingId",
  // The sheet with an attempt's details has its own address, on whichever page it was opened.
  validateSearch: (search): { readonly attempt?: string } => {
    const attempt = textParam(search, "attempt");
    return attempt === undefined ? {} : { attempt };
  },
  component: lazyRouteComponent(() => import("./building/building-frame.tsx"), "BuildingFrame"),
});

const activity = createRoute({
  getParentRoute: () => building,
  path: "/",
  component: lazyRouteComponent(() => import("./building/activity-page.tsx"), "ActivityPage"),
});

const visits = createRoute({
  getParentRoute: () => building,
  path: "/visits",
  validateSearch: (search): { readonly after?: string } => {
    const after = textParam(search, "after");
    return after === undefined ? {} : { after };
  },
  component: lazyRouteComponent(() => import("./visits/visits-page.tsx"), "VisitsPage"),
});

const policy = createRoute({
  getParentRoute: () => building,
  path: "/policy",
  component: lazyRouteComponent(() => import("./policy/policy-page.tsx"), "PolicyPage"),
});

/** The box that somebody wants to name in a policy. */
const wantedBox = (search: Record<string, unknown>): { readonly box?: string } => {
  const box = textParam(search, "box");
  return box === undefined ? {} : { box };
};

const firstPolicy = createRoute({
  getParentRoute: () => building,
  path: "/policy/first",
  validateSearch: wantedBox,
  component: lazyRouteComponent(() => import("./policy/first/first-page.tsx"), "FirstPolicyPage"),
});

const handedPolicy = createRoute({
  getParentRoute: () => building,
  path: "/policy/sign",
  component: lazyRouteComponent(() => import("./policy/sign/handed-page.tsx"), "HandedPolicyPage"),
});

const editPolicy = createRoute({
  getParentRoute: () => building,
  path: "/policy/edit",
  validateSearch: wantedBox,
  component: lazyRouteComponent(() => import("./policy/edit-page.tsx"), "EditPolicyPage"),
});

const places = createRoute({
  getParentRoute: () => building,
  path: "/places",
  component: lazyRouteComponent(() => import("./building/places-page.tsx"), "PlacesPage"),
});

const boxes = createRoute({
  getParentRoute: () => building,
  path: "/boxes",
  component: lazyRouteComponent(() => import("./boxes/boxes-page.tsx"), "BoxesPage"),
});

const tree = root.addChildren([
  invitation,
  signIn,
  inside.addChildren([
    portfolio,
    newBuilding,
    people,
    keys,
    building.addChildren([
      activity,
      visits,
      policy,
      firstPolicy,
      editPolicy,
      handedPolicy,
      places,
      boxes,
    ]),
  ]),
]);

/** The console's addresses. Each page is loaded when it is first gone to. */
export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  scrollRestoration: true,
  defaultErrorComponent: CrashedPage,
  defaultNotFoundComponent: LostPage,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
