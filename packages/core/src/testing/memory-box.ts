import type { Change } from "../decide/decision.ts";
import type { BoxFacts, LiveTicket, Spend } from "../decide/facts.ts";

/** A box's facts in memory, with the changes of decide() applied as a real box persists them. */
export interface MemoryBox {
  readonly facts: BoxFacts;
  readonly tickets: Map<string, LiveTicket>;
  readonly apply: (changes: readonly Change[]) => void;
  healthy: boolean;
}

/** Makes an empty box. */
export function memoryBox({
  boot,
  spentSecret,
}: {
  readonly boot: string;
  readonly spentSecret: Uint8Array;
}): MemoryBox {
  const tickets = new Map<string, LiveTicket>();
  const spends = new Map<string, Spend>();
  const attempts = new Map<string, number[]>();
  const openings = new Map<string, number[]>();
  const wrongCodes = new Map<string, number>();
  const box: MemoryBox = {
    healthy: true,
    tickets,
    facts: {
      boot,
      spentSecret,
      ticket: (hash) => tickets.get(hash),
      spend: (spent, ent) => spends.get(`${ent} ${spent}`),
      attempts: (jkt, since) => countAfter(attempts.get(jkt), since),
      openings: (party, since) => countAfter(openings.get(party), since),
      wrongCodes: (jkt, asg) => wrongCodes.get(`${jkt} ${asg}`) ?? 0,
      strikeHealthy: () => box.healthy,
    },
    apply: (changes) => {
      for (const change of changes) applyOne(change);
    },
  };
  const applyOne = (change: Change): void => {
    switch (change.kind) {
      case "keyset":
        return;
      case "ticket-used": {
        const ticket = tickets.get(change.ticket);
        if (ticket !== undefined) tickets.set(change.ticket, { ...ticket, usedBy: change.by });
        return;
      }
      case "attempt":
        attempts.set(change.jkt, [...(attempts.get(change.jkt) ?? []), change.at]);
        return;
      case "opening":
        openings.set(change.party, [...(openings.get(change.party) ?? []), change.at]);
        return;
      case "wrong-codes":
        wrongCodes.set(`${change.jkt} ${change.asg}`, change.total);
        return;
      case "spend":
        spends.set(`${change.ent} ${change.spent}`, change.spend);
        return;
    }
  };
  return box;
}

function countAfter(times: readonly number[] = [], since: number): number {
  return times.filter((at) => at > since).length;
}
