import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

/*
 * `npm run dev`: the demonstration at its usual address, started again when a server's source changes,
 * and each app built again when one of its own does. Reload the page to see it.
 */
const root = join(import.meta.dirname, "..");
const apps = ["driver", "console", "street"];

const children: ChildProcess[] = [
  ...apps.map((app) =>
    run(["node_modules/vite/bin/vite.js", "build", `apps/${app}`, "--watch", "--logLevel", "warn"]),
  ),
  run([
    "--watch-path=packages",
    "--watch-preserve-output",
    "packages/cli/src/main.ts",
    "demo",
    ...process.argv.slice(2),
  ]),
];
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    for (const child of children) child.kill(signal);
  });
}

function run(words: readonly string[]): ChildProcess {
  return spawn(process.execPath, words, { cwd: root, stdio: "inherit" });
}
