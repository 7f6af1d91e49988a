import { type Controller, startController } from "@vestibule/controller";
import { serveBench } from "../child.ts";
import { instantStrike } from "../instant-strike.ts";

/** Several controllers in one process, each with its own store, link and virtual strike. */
const running: Controller[] = [];
let released: Record<string, number> = {};

serveBench(
  async ({ folders, url, server, ask }) => {
    if (ask === "released") {
      const told = released;
      released = {};
      return { released: told };
    }
    for (const folder of Array.isArray(folders) ? folders : [])
      running.push(
        await startController({
          folder: String(folder),
          url: String(url),
          server: String(server),
          strikes: new Map([
            [
              "street",
              instantStrike((pulseId) => {
                released[pulseId] = performance.timeOrigin + performance.now();
              }),
            ],
          ]),
          onFatal: (error) => {
            throw error;
          },
        }),
      );
    return {};
  },
  async () => {
    for (const one of running) await one.close();
  },
);
