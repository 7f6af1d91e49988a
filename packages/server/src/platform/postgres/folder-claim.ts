import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { StartFault, systemCode } from "../start-fault.ts";

/**
 * Claims a folder for this process by a file with its id, so that two servers never supervise one
 * cluster. A claim whose process is gone (or whose number is another program's by now, told by
 * its start time) is taken over.
 *
 * @param sentence what to say where the process with this id holds it.
 * @returns gives the claim up.
 * @throws StartFault when a living process holds it.
 */
export function claimFolder(file: string, sentence = claimedSentence): () => void {
  const mine = `${process.pid} ${startTime(process.pid)}\n`;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(file, mine, { flag: "wx", mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (systemCode(error) !== "EEXIST") throw error;
    }
    const [pid, since] = readFileSync(file, "utf8").trim().split(" ");
    if (since !== undefined && startTime(Number(pid)) === since)
      throw new StartFault(sentence(Number(pid)), { passes: true });
    rmSync(file, { force: true });
  }
  throw new StartFault(
    "Two Vestibules started on this data folder at once; start one of them again.",
  );
}

function claimedSentence(pid: number): string {
  return `Another Vestibule (process ${pid}) uses this data folder. Stop it, or choose another folder with --data.`;
}

/** When a process started, in clock ticks since boot (proc(5), field 22); empty when it is gone. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
