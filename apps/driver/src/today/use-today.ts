import { useCallback, useEffect, useRef, useState } from "react";
import type { Host } from "../api/session.ts";
import { askToday, type FetchedToday, lastToday } from "../api/today.ts";

/** Why the list could not be fetched. */
export type TodayTrouble = "no-network" | "host" | "key-unknown";

export interface TodayState {
  readonly fetched: FetchedToday | undefined;
  readonly trouble: TodayTrouble | undefined;
  readonly busy: boolean;
  /** True once the kept list was looked for: a tap can then be placed. */
  readonly looked: boolean;
  readonly refresh: () => Promise<void>;
}

/** How old a list may be before a look at the page fetches it anew, in ms. */
const freshMs = 60_000;

/** Today's list: what is kept at once, then what the host says, and again when the page is looked at. */
export function useToday(host: Host): TodayState {
  const [fetched, setFetched] = useState<FetchedToday>();
  const [trouble, setTrouble] = useState<TodayTrouble>();
  const [busy, setBusy] = useState(false);
  const [looked, setLooked] = useState(false);
  const newest = useRef(0);
  const refresh = useCallback(async () => {
    setBusy(true);
    const answer = await askToday(host, () => Date.now());
    setBusy(false);
    if (answer.kind === "today") {
      newest.current = answer.fetched.atMs;
      setFetched(answer.fetched);
      setTrouble(undefined);
    } else if (answer.kind === "no-network") setTrouble("no-network");
    else {
      const { status } = answer.problem;
      setTrouble(status === 401 || status === 403 || status === 404 ? "key-unknown" : "host");
    }
    setLooked(true);
  }, [host]);
  useEffect(() => {
    void lastToday().then((kept) => {
      if (kept === undefined) return;
      setFetched((now) => now ?? kept);
      setLooked(true);
    });
    void refresh();
    const seen = (): void => {
      const old = Date.now() - newest.current > freshMs;
      if (document.visibilityState === "visible" && old) void refresh();
    };
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, [refresh]);
  return { fetched, trouble, busy, looked, refresh };
}
