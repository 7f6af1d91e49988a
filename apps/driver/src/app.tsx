import { isLocale, type Locale, pickLocale, Skeleton } from "@vestibule/ui";
import {
  lazy,
  type ReactElement,
  Suspense,
  useCallback,
  useEffect,
  useMemo,
  useState,
} from "react";
import { handsetHost } from "./api/session.ts";
import type { Config } from "./config.ts";
import type { Feel } from "./feel/feel.ts";
import type { ParcelInbox } from "./feel/parcel-inbox.ts";
import type { Handset } from "./kept/handset.ts";
import { withdraw } from "./kept/withdraw.ts";
import type { Launches } from "./launch.ts";
import { Screen } from "./parts/screen.tsx";
import type { Shared } from "./parts/shared.ts";
import { Shift } from "./shift.tsx";
import { commonWords } from "./words/common-words.ts";

const EnrolFlow = lazy(() =>
  import("./enrol/enrol-flow.tsx").then(({ EnrolFlow: flow }) => ({ default: flow })),
);

const NoKeyScreen = lazy(() =>
  import("./enrol/no-key-screen.tsx").then(({ NoKeyScreen: screen }) => ({ default: screen })),
);

interface AppProps {
  readonly config: Config;
  readonly launches: Launches;
  readonly kept: Handset | undefined;
  readonly feel: Feel;
  readonly inbox: ParcelInbox;
}

const localeName = "vestibule-locale";

/** The whole app: enrolment, or a shift with a key. */
export function App({ config, launches, kept, feel, inbox }: AppProps): ReactElement {
  const [launch, setLaunch] = useState(launches.current);
  const [handset, setHandset] = useState(kept);
  const [withdrawn, setWithdrawn] = useState<"told" | "untold">();
  const [locale, setLocale] = useLocale();
  const shared: Shared = { locale, onLocale: setLocale, demo: config.demo };
  const host = useMemo(
    () => (handset === undefined ? undefined : handsetHost(config, handset)),
    [config, handset],
  );
  useEffect(() => {
    // One that came between the page's start and this moment is taken now.
    setLaunch(launches.current());
    return launches.listen(setLaunch);
  }, [launches]);
  const ready = useCallback((enrolled: Handset) => {
    setHandset(enrolled);
    setLaunch({ kind: "plain" });
  }, []);
  if (launch.kind === "enrol" || (handset !== undefined && handset.badge === undefined)) {
    const fragment = launch.kind === "enrol" ? launch.fragment : undefined;
    return (
      <Suspense fallback={<Loading {...shared} />}>
        <EnrolFlow
          {...shared}
          key={fragment}
          config={config}
          fragment={fragment}
          kept={handset}
          onReady={ready}
        />
      </Suspense>
    );
  }
  if (handset === undefined || host === undefined) {
    const lacking = { atDoor: launch.kind === "tap", withdrawn, inviteUrl: config.inviteUrl };
    return (
      <Suspense fallback={<Loading {...shared} />}>
        <NoKeyScreen {...shared} {...lacking} />
      </Suspense>
    );
  }
  const giveBack = async (): Promise<void> => {
    const told = await withdraw(host, handset);
    setWithdrawn(told ? "told" : "untold");
    setHandset(undefined);
  };
  const parts = { config, handset, host, feel, inbox, launch };
  return <Shift {...shared} {...parts} onWithdraw={giveBack} />;
}

/** A screen whose words are on their way. */
export function Loading(props: Shared): ReactElement {
  const words = commonWords(props.locale);
  return (
    <Screen {...props} title={words.app}>
      <Skeleton label={words.loading} lines={4} />
    </Screen>
  );
}

/** The person's language: what was chosen here, else the browser's. */
function useLocale(): readonly [Locale, (locale: Locale) => void] {
  const [locale, setLocale] = useState<Locale>(() => {
    const chosen = localStorage.getItem(localeName);
    return isLocale(chosen) ? chosen : pickLocale(navigator.languages);
  });
  const choose = useCallback((next: Locale) => {
    localStorage.setItem(localeName, next);
    setLocale(next);
  }, []);
  return [locale, choose];
}
