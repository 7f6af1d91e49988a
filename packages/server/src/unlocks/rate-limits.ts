/** How many requests a party may make: `burst` at once, refilled over `perMs`. */
export interface Rate {
  readonly burst: number;
  readonly perMs: number;
}

/** The rates of taps and unlocks, counted per server process; the box keeps the policy's own limits. */
export interface UnlockRates {
  readonly handset: Rate;
  readonly entrance: Rate;
  readonly carrier: Rate;
}

const minuteMs = 60_000;
/** Unless told otherwise: a driver at the door, a busy entrance, a carrier at this host. */
export const unlockRates: UnlockRates = {
  handset: { burst: 30, perMs: minuteMs },
  entrance: { burst: 120, perMs: minuteMs },
  carrier: { burst: 12_000, perMs: minuteMs },
};
/** Parties remembered at most; the one that waited longest is full again anyway. */
const partiesMax = 50_000;

/** Counts requests; a refused one counts for nobody. */
export interface RateLimiter {
  /** @returns undefined when it may go on, else how long to wait, in ms. */
  readonly take: (party: {
    readonly handset: string;
    readonly entrance: string;
    readonly carrier: string;
  }) => number | undefined;
}

interface Bucket {
  left: number;
  atMs: number;
}

/** Makes a limiter of token buckets on a monotonic clock. */
export function createRateLimiter(
  rates: UnlockRates,
  monotonicMs: () => number = () => performance.now(),
): RateLimiter {
  const buckets = new Map<string, Bucket>();
  const refilled = (name: string, rate: Rate, nowMs: number): Bucket => {
    const bucket = buckets.get(name) ?? { left: rate.burst, atMs: nowMs };
    const gained = ((nowMs - bucket.atMs) * rate.burst) / rate.perMs;
    return { left: Math.min(rate.burst, bucket.left + gained), atMs: nowMs };
  };
  return {
    take: ({ handset, entrance, carrier }) => {
      const nowMs = monotonicMs();
      const wanted = [
        { name: `handset ${handset}`, rate: rates.handset },
        { name: `entrance ${entrance}`, rate: rates.entrance },
        { name: `carrier ${carrier}`, rate: rates.carrier },
      ].map(({ name, rate }) => ({ name, rate, bucket: refilled(name, rate, nowMs) }));
      const waits = wanted.map(({ rate, bucket }) =>
        bucket.left >= 1 ? 0 : ((1 - bucket.left) * rate.perMs) / rate.burst,
      );
      const longest = Math.max(...waits);
      if (longest > 0) return longest;
      for (const { name, bucket } of wanted) {
        buckets.delete(name);
        if (buckets.size >= partiesMax) buckets.delete(buckets.keys().next().value ?? "");
        buckets.set(name, { left: bucket.left - 1, atMs: bucket.atMs });
      }
      return undefined;
    },
  };
}
