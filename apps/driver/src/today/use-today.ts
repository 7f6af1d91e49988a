import { useCallback, useEffect, useRef, useState } from "react";
import { fingerWanted, type Host } from "../api/session.ts";
import { askToday, type FetchedToday, lastToday, type TodayAnswer } from "../api/today.ts";

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

/** How old a list may be before a page that is looked at fetches it anew, in ms. */
const freshMs = 60_000;
/** How old one without buildings may be: the driver stands there and waits for it. */
const emptyFreshMs = 5_000;
/** How often that is looked at, and how long a host that did not answer is left alone, in ms. */
const lookMs = 2_500;
const restMs = 15_000;

/** Today's list: what is kept at once, then what the host says, and again while the page is looked at. */
export function useToday(host: Host): TodayState {
  const [fetched, setFetched] = useState<FetchedToday>();
  const [trouble, setTrouble] = useState<TodayTrouble>();
  const [busy, setBusy] = useState(false);
  const [looked, setLooked] = useState(false);
  const newest = useRef(0);
  const patience = useRef(freshMs);
  const asking = useRef(false);
  // By the page's own clock: not before this does it ask by itself.
  const restUntil = useRef(0);
  /** Quietly where nobody asked for it: a button that greys out takes the focus from under a finger. */
  const fetchList = useCallback(
    async (how: "asked" | "quietly") => {
      asking.current = true;
      if (how === "asked") setBusy(true);
      const answer = await askToday(host, () => Date.now());
      asking.current = false;
      setBusy(false);
      restUntil.current = restAfter(answer);
      if (answer.kind === "today") {
        patience.current = answer.fetched.today.buildings.length === 0 ? emptyFreshMs : freshMs;
        newest.current = answer.fetched.atMs;
        setFetched(answer.fetched);
        setTrouble(undefined);
      } else if (answer.kind === "no-network") setTrouble("no-network");
      else {
        const { status, code } = answer.problem;
        if (code === fingerWanted) setTrouble("finger");
        else
          setTrouble(status === 401 || status === 403 || status === 404 ? "key-unknown" : "host");
      }
      setLooked(true);
    },
    [host],
  );
  const refresh = useCallback(() => {
    host.mayAskFinger();
    return fetchList("asked");
  }, [host, fetchList]);
  useEffect(() => {
    void lastToday().then((kept) => {
      if (kept === undefined) return;
      setFetched((now) => now ?? kept);
      setLooked(true);
    });
    void fetchList("asked");
    const look = (): void => {
      if (asking.current || document.visibilityState !== "visible") return;
      if (performance.now() < restUntil.current) return;
      const ageMs = Date.now() - newest.current;
      // Below zero where the phone's clock was set back since: nobody knows then how old it is.
      if (ageMs > patience.current || ageMs < 0) void fetchList("quietly");
    };
    const timer = setInterval(look, lookMs);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [fetchList]);
  return { fetched, trouble, busy, looked, refresh };
}

/** Until when the page asks no more by itself: what waits for the driver waits until he does something. */
function restAfter(answer: TodayAnswer): number {
  if (answer.kind === "today") return 0;
  const hisTurn = answer.kind === "problem" && [401, 403, 404].includes(answer.problem.status);
  return hisTurn ? Number.POSITIVE_INFINITY : performance.now() + restMs;
}
