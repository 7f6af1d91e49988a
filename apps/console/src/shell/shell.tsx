import { Drawer } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Outlet, useLocation } from "@tanstack/react-router";
import { defineMessages, Mark, Skeleton } from "@vestibule/ui";
import { type ReactElement, Suspense, useEffect, useState } from "react";
import { OrganizationProvider } from "../organization.tsx";
import { selfQuery } from "../queries.ts";
import { useWords } from "../setting.tsx";
import { commonWords } from "../words/shared-words.ts";
import { FaultNotice } from "./fault-notice.tsx";
import { Rail } from "./rail.tsx";

const words = defineMessages(
  { skip: "Skip to the page", menu: "Menu", navigation: "Portfolio" },
  { skip: "Ir a la página", menu: "Menú", navigation: "Cartera" },
);

/** Left rail and main column; on a phone the rail is a drawer. */
export function Shell(): ReactElement {
  const said = useWords(words);
  const common = useWords(commonWords);
  const self = useQuery(selfQuery);
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: going somewhere shuts the drawer.
  useEffect(() => setDrawerOpen(false), [pathname]);
  if (self.isError)
    return (
      <main className="c-main c-main--alone">
        <FaultNotice error={self.error} onRetry={() => void self.refetch()} />
      </main>
    );
  return (
    <OrganizationProvider>
      <div className="c-shell">
        <a className="c-skip" href="#main">
          {said.skip}
        </a>
        <header className="c-topbar">
          <button
            type="button"
            className="c-topbar__menu"
            onClick={() => setDrawerOpen(true)}
            aria-haspopup="dialog"
          >
            <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
              <path d="M4 7h16M4 12h16M4 17h16" fill="none" stroke="currentColor" strokeWidth="2" />
            </svg>
            <span>{said.menu}</span>
          </button>
          <Mark size={28} />
          <span className="c-wordmark">Vestibule</span>
        </header>
        <nav className="c-rail" aria-label={said.navigation}>
          <Rail />
        </nav>
        <Drawer
          opened={isDrawerOpen}
          onClose={() => setDrawerOpen(false)}
          size="19rem"
          title={<span className="v-unseen">{said.navigation}</span>}
          closeButtonProps={{ "aria-label": common.close }}
          classNames={{ content: "c-drawer", body: "c-drawer__body" }}
        >
          <nav aria-label={said.navigation} className="c-rail__inner">
            <Rail />
          </nav>
        </Drawer>
        <main id="main" className="c-main" tabIndex={-1}>
          <Suspense fallback={<Skeleton label={common.loading} />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
    </OrganizationProvider>
  );
}
