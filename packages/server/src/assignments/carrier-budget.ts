/** Assignments that one carrier may hand in per minute, at one server process. */
export const assignmentsPerMinuteMax = 6_000;
/** Carriers whose counts one process keeps; each costs two numbers. */
const carriersMax = 10_000;

/** Counts what each carrier handed in during the running minute. */
export interface CarrierBudget {
  /** How many seconds a carrier must wait; 0 where it may go on. */
  readonly waitS: (root: string, nowMs: number) => number;
  /** Counts new assignments whose signature verified: nobody can use up another's budget. */
  readonly spend: (root: string, count: number, nowMs: number) => void;
}

/** Makes an empty count. */
export function createCarrierBudget(perMinute = assignmentsPerMinuteMax): CarrierBudget {
  const spent = new Map<string, { minute: number; count: number }>();
  const current = (root: string, nowMs: number) => {
    const minute = Math.floor(nowMs / 60_000);
    const known = spent.get(root);
    return known?.minute === minute ? known : { minute, count: 0 };
  };
  return {
    waitS: (root, nowMs) =>
      current(root, nowMs).count < perMinute ? 0 : 60 - Math.floor((nowMs % 60_000) / 1000),
    spend: (root, count, nowMs) => {
      const { minute, count: before } = current(root, nowMs);
      if (spent.size >= carriersMax) spent.clear();
      spent.set(root, { minute, count: before + count });
    },
  };
}
