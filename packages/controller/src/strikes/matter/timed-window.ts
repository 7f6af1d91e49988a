import { MessageExchange } from "@matter/main/protocol";

/**
 * Makes this process judge the window of a timed command by the clock. matter.js 0.17.9 asks
 * whether a timer still runs; a process that was frozen reads its socket before its timers, and
 * so would carry out a command whose window ended long ago (measured: docs/matter.md).
 */
export function judgeTimedWindowByClock(): void {
  const endsAt = new WeakMap<MessageExchange, number>();
  const { startTimedInteraction, hasExpiredTimedInteraction } = MessageExchange.prototype;
  MessageExchange.prototype.startTimedInteraction = function (timeout) {
    endsAt.set(this, performance.now() + timeout);
    startTimedInteraction.call(this, timeout);
  };
  MessageExchange.prototype.hasExpiredTimedInteraction = function () {
    const end = endsAt.get(this);
    if (this.hasTimedInteraction() && end !== undefined && performance.now() > end) return true;
    return hasExpiredTimedInteraction.call(this);
  };
}
