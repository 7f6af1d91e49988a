import { useCallback, useEffect, useRef, useState } from "react";
import { fingerWanted, type Host } from "../api/session.ts";
import { askToday, type FetchedToday, lastToday } from "../api/today.ts";

/** Why the list could not be fetched. */
export type TodayTrouble = "no-network" | "host" | "key-unknown" | "finger";

export interface TodayState {
  readonly fetched: FetchedToday | undefined;
  readonly trouble: TodayTrouble | undefined;
  readonly busy: boolean;
  /** True once the kept list was looked for: a tap can then be placed. */
  readonly looked: boolean;
  /** Asks again; where the shift's finger is due, it is asked for. */
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
  const fetchList = useCallback(async () => {
    setBusy(true);
    const answer = await askToday(host, () => Date.now());
    setBusy(false);
    if (answer.kind === "today") {
      newest.current = answer.fetched.atMs;
      setFetched(answer.fetched);
      setTrouble(undefined);
    } else if (answer.kind === "no-network") setTrouble("no-network");
    else {
      const { status, code } = answer.problem;
      if (code === fingerWanted) setTrouble("finger");
      else setTrouble(status === 401 || status === 403 || status === 404 ? "key-unknown" : "host");
    }
    setLooked(true);
  }, [host]);
  const refresh = useCallback(() => {
    host.mayAskFinger();
    return fetchList();
  }, [host, fetchList]);
  useEffect(() => {
    void lastToday().then((kept) => {
      if (kept === undefined) return;
      setFetched((now) => now ?? kept);
      setLooked(true);
    });
    void fetchList();
    const seen = (): void => {
      const ageMs = Date.now() - newest.current;
      // Below zero where the phone's clock was set back since: nobody knows then how old it is.
      const old = ageMs > freshMs || ageMs < 0;
      if (document.visibilityState === "visible" && old) void fetchList();
    };
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, [fetchList]);
  return { fetched, trouble, busy, looked, refresh };
}
