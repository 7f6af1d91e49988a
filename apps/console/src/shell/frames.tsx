import { Link, Outlet } from "@tanstack/react-router";
import { Button, Mark, Skeleton } from "@vestibule/ui";
import { type ReactElement, type ReactNode, Suspense } from "react";
import { useWords } from "../setting.tsx";
import { commonWords } from "../words/shared-words.ts";
import { Preferences } from "./preferences.tsx";

/** The page around every page: pages are loaded when they are first gone to. */
export function RootFrame(): ReactElement {
  const said = useWords(commonWords);
  return (
    <Suspense fallback={<Skeleton label={said.loading} />}>
      <Outlet />
    </Suspense>
  );
}

interface DoorwayProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** The page outside: one column, one thing to do. For joining, signing in and what is lost. */
export function Doorway({ title, children }: DoorwayProps): ReactElement {
  return (
    <div className="c-doorway">
      <title>{`${title} · Vestibule`}</title>
      <header className="c-doorway__head">
        <Mark size={40} />
        <span className="c-wordmark">Vestibule</span>
      </header>
      <main className="c-doorway__card">
        <h1>{title}</h1>
        {children}
      </main>
      <footer className="c-doorway__foot">
        <Preferences />
      </footer>
    </div>
  );
}

/** For an address that leads nowhere. */
export function LostPage(): ReactElement {
  const said = useWords(commonWords).lost;
  return (
    <Doorway title={said.title}>
      <p>{said.why}</p>
      <p>
        <Link to="/" search={{}}>
          {said.home}
        </Link>
      </p>
    </Doorway>
  );
}

/** For a fault of this page's own. */
export function CrashedPage(): ReactElement {
  const said = useWords(commonWords).crashed;
  return (
    <Doorway title={said.title}>
      <p>{said.why}</p>
      <p>
        <Button tone="primary" onClick={() => location.reload()}>
          {said.reload}
        </Button>
      </p>
    </Doorway>
  );
}
