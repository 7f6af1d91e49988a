import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A process of the bench: asked by a line of JSON, answers by one, ends when its input ends. */
export interface Child {
  readonly pid: number;
  /** Its answer to how it was started. */
  readonly started: Answer;
  readonly ask: (question: object) => Promise<Answer>;
  readonly end: () => Promise<void>;
}

/** What a child answered; each of its programs knows which members it sets. */
export interface Answer {
  readonly number: (name: string) => number;
  /** The names of its members, where they are what was asked for. */
  readonly keys: () => readonly string[];
  readonly entries: (name: string) => readonly (readonly [string, number])[];
}

/** Starts `bench/processes/NAME.ts` on this Node. */
export async function startChild(
  name: string,
  start: object,
  nodeArguments: readonly string[] = [],
): Promise<Child> {
  const program = join(import.meta.dirname, "processes", `${name}.ts`);
  const profile = process.env["BENCH_PROFILE"];
  const profiling =
    profile === undefined
      ? []
      : ["--cpu-prof", `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${name}.cpuprofile`];
  const child = spawn(process.execPath, [...nodeArguments, ...profiling, program], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting: ((line: string) => void)[] = [];
  const failed: ((error: Error) => void)[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    failed.shift();
    waiting.shift()?.(line);
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.once("exit", (code) => {
    for (const fail of failed) fail(new Error(`${name} ended with ${code}`));
  });
  const ask = async (question: object): Promise<Answer> => {
    const line = await new Promise<string>((resolve, reject) => {
      waiting.push(resolve);
      failed.push(reject);
      child.stdin.write(`${JSON.stringify(question)}\n`);
    });
    return answerOf(JSON.parse(line));
  };
  const started = await ask(start);
  return { pid: child.pid ?? 0, started, ask, end: () => endChild(child, ended) };
}

async function endChild(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.stdin?.end();
  const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
  await ended;
  clearTimeout(timer);
}

function answerOf(value: unknown): Answer {
  const member = (name: string): unknown =>
    typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return {
    number: (name) => {
      const found = member(name);
      if (typeof found !== "number")
        throw new Error(`no number "${name}" in ${JSON.stringify(value)}`);
      return found;
    },
    keys: () => (typeof value === "object" && value !== null ? Object.keys(value) : []),
    entries: (name) => {
      const found = member(name);
      return typeof found === "object" && found !== null
        ? Object.entries(found).map(([key, number]): [string, number] => [key, Number(number)])
        : [];
    },
  };
}

/** Answers the bench's questions until it asks no more, then closes. */
export function serveBench(
  answer: (question: Readonly<Record<string, unknown>>) => Promise<object>,
  close: () => Promise<void>,
): void {
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => {
    const question: Readonly<Record<string, unknown>> = JSON.parse(line);
    const own = ownFigures(question["ask"]);
    const reply = own === undefined ? answer(question) : Promise.resolve(own);
    reply.then(
      (given) => process.stdout.write(`${JSON.stringify(given)}\n`),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
  });
  lines.on("close", () => {
    void close().finally(() => process.exit(0));
  });
}

/** What every child answers: `usage`, its processor time; `memory`, what it holds when cleared up. */
function ownFigures(ask: unknown): object | undefined {
  if (ask === "usage") return { cpuMs: cpuMs() };
  if (ask !== "memory") return undefined;
  // As V8 does it where memory is short: what the sign-ins left between what lives is given back.
  globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
  return { rssBytes: process.memoryUsage.rss() };
}

/** Processor time of this process so far, in ms. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Processor time of a process and its children so far, in ms, as Linux counts it; 0 elsewhere. */
export function treeCpuMs(pid: number): number {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    const own = ticksOf(pid);
    const below = children.filter((id) => id !== "").map((id) => treeCpuMs(Number(id)));
    // Linux counts in hundredths of a second whatever the kernel's own tick is.
    return own * 10 + below.reduce((sum, ms) => sum + ms, 0);
  } catch {
    return 0;
  }
}

function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // user, system, and those of children that have ended (proc(5), fields 14 to 17)
  return [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field] ?? 0), 0);
}
