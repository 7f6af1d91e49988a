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
  const send = Socket.prototype.send;
  Socket.prototype.send = function (...given: unknown[]) {
    Socket.prototype.send = send;
    const done = given.at(-1);
    // The answer has left; the command that it calls for cannot have been read yet.
    const freeze = (...result: unknown[]) => {
      process.kill(process.pid, "SIGSTOP");
      if (typeof done === "function") Reflect.apply(done, undefined, result);
    };
    const others = typeof done === "function" ? given.slice(0, -1) : given;
    return Reflect.apply(send, this, [...others, freeze]);
  };
};
