import { Agent, request } from "node:http";

/** A request made beforehand, so that the load costs as little as it can. */
export interface Shot {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came back, and when by the machine's clock, in epoch ms with fractions. */
export interface Landed {
  readonly status: number;
  readonly body: string;
  readonly scheduledMs: number;
  readonly endedMs: number;
}

/** The machine's clock in epoch ms with fractions: processes of one machine may compare it. */
export function clockMs(): number {
  return performance.timeOrigin + performance.now();
}

/** One server, asked over kept connections. */
export class Load {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 512 });

  constructor(port: number) {
    this.#port = port;
  }

  /** So many in flight until all are done; the seconds it took. */
  async closedLoop(
    shots: readonly Shot[],
    inFlight: number,
  ): Promise<{ readonly seconds: number; readonly landed: readonly Landed[] }> {
    const landed: Landed[] = [];
    const start = performance.now();
    let next = 0;
    const worker = async () => {
      for (let shot = shots[next]; shot !== undefined; shot = shots[next]) {
        next += 1;
        landed.push(await this.fire(shot));
      }
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
    return { seconds: (performance.now() - start) / 1_000, landed };
  }

  /** At fixed moments, however long answers take; each is measured from its moment. */
  async openLoop(shots: readonly Shot[], perSecond: number): Promise<readonly Landed[]> {
    const begin = clockMs() + 20;
    const flying: Promise<Landed>[] = [];
    let next = 0;
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        for (
          let dueMs = begin + (next * 1_000) / perSecond;
          next < shots.length && dueMs <= clockMs();
          dueMs = begin + (next * 1_000) / perSecond
        ) {
          const shot = shots[next];
          next += 1;
          if (shot !== undefined) flying.push(this.fire(shot, dueMs));
        }
        if (next < shots.length) return;
        clearInterval(timer);
        resolve();
      }, 1);
    });
    return Promise.all(flying);
  }

  fire({ path, headers, body }: Shot, scheduledMs: number = clockMs()): Promise<Landed> {
    const { promise, resolve, reject } = Promise.withResolvers<Landed>();
    const asked = request(
      {
        host: "127.0.0.1",
        port: this.#port,
        path,
        method: "POST",
        agent: this.#agent,
        headers: { ...headers, "content-length": Buffer.byteLength(body) },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(parts).toString();
          resolve({
            status: response.statusCode ?? 0,
            body: text,
            scheduledMs,
            endedMs: clockMs(),
          });
        });
      },
    );
    asked.on("error", reject);
    asked.end(body);
    return promise;
  }

  end(): void {
    this.#agent.destroy();
  }
}
