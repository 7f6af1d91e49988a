import { readdirSync, readFileSync } from "node:fs";

/** One process, told apart from a later one with its number by when it began. */
export interface ProcessMark {
  readonly pid: number;
  readonly parent: number;
  readonly startedAt: string;
  readonly command: string;
}

/** Every process of this machine that is more than a zombie. */
function everyProcess(): readonly ProcessMark[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const mark = readProcess(Number(name));
      return mark === undefined ? [] : [mark];
    });
}

function readProcess(pid: number): ProcessMark | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in brackets and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, parent, startedAt] = [fields[0], fields[1], fields[19]];
    if (state === "Z" || parent === undefined || startedAt === undefined) return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return { pid, parent: Number(parent), startedAt, command };
  } catch {
    // Ended while it was being read.
    return undefined;
  }
}

/** A process's children, their children and so on. */
export function descendantsOf(pid: number): readonly ProcessMark[] {
  const all = everyProcess();
  const below = (parent: number): readonly ProcessMark[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

/** Those of these processes that still live. */
export function stillAlive(marks: readonly ProcessMark[]): readonly ProcessMark[] {
  return marks.filter(({ pid, startedAt }) => readProcess(pid)?.startedAt === startedAt);
}
