/**
 * Preloaded into the virtual lock by a test: freezes the lock (SIGSTOP) once, right after it has
 * answered the announcement of a timed command, so that the command itself arrives while frozen.
 */
import { Socket } from "node:dgram";
import { MessageExchange } from "@matter/main/protocol";

let armed = false;
let frozen = false;
process.on("SIGUSR2", () => {
  armed = true;
});
const start = MessageExchange.prototype.startTimedInteraction;
MessageExchange.prototype.startTimedInteraction = function (timeout) {
  start.call(this, timeout);
  if (!armed || frozen) return;
  frozen = true;
  setTimeout(() => undefined, 0);
  const send = Socket.prototype.send;
  Socket.prototype.send = function (...given: unknown[]) {
    const sent: unknown = Reflect.apply(send, this, given);
    Socket.prototype.send = send;
    setImmediate(() => process.kill(process.pid, "SIGSTOP"));
    return sent;
  };
};
