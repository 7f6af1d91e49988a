// Sets everything up on a fresh clone and runs one command on the pinned Node. Plain JavaScript for
// Node 20 without dependencies, since it runs before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const cache = join(root, ".cache");
const pinnedNode = join(root, "node_modules", ".bin", "node");
const nodeWanted = 24;
/** Apps that are built before anything that serves them starts. */
const apps = ["driver", "console", "street"];
/** Folders whose change makes every built app stale. */
const sharedSources = ["packages/core/src", "packages/ui/src", "packages/sdk/src"];

const [command = "help", ...rest] = process.argv.slice(2);

const commands = {
  start: () => {
    buildApps();
    return run(["packages/cli/src/main.ts", "demo", ...rest]);
  },
  test: () => {
    needChromium();
    buildApps();
    return run(["node_modules/vitest/vitest.mjs", "run", ...rest]);
  },
  check: () => checkAll(),
  bench: () => run(["bench/main.ts", ...rest]),
  planted: () => run(["scripts/planted-bugs.mjs", ...rest]),
  screenshots: () => {
    needChromium();
    buildApps();
    return run(["scripts/screenshots.ts", ...rest]);
  },
  dev: () => run(["scripts/dev.ts", ...rest]),
  build: () => {
    buildApps();
    return 0;
  },
  install: () => 0,
};

main();

function main() {
  if (!Object.hasOwn(commands, command)) {
    say(`unknown command "${command}"; known: ${Object.keys(commands).join(", ")}`);
    process.exitCode = 2;
    return;
  }
  if (Number(process.versions.node.split(".")[0]) < 20) {
    say(
      `this needs Node 20 or newer to begin (found ${process.version}); it brings its own Node ${nodeWanted} for the rest`,
    );
    process.exitCode = 1;
    return;
  }
  installIfChanged();
  if (!existsSync(pinnedNode)) {
    say(
      `no Node ${nodeWanted} for ${process.platform}-${process.arch} came with the packages; install Node ${nodeWanted} and put it first in PATH`,
    );
    if (Number(process.versions.node.split(".")[0]) < nodeWanted) {
      process.exitCode = 1;
      return;
    }
  }
  const result = commands[command]();
  if (typeof result === "number") process.exitCode = result;
}

/** Installs when the lock file changed since the last install here. */
function installIfChanged() {
  const wanted = hashOf(["package-lock.json", ".npmrc"]);
  const stamp = join(root, "node_modules", ".vestibule-installed");
  if (
    existsSync(stamp) &&
    readFileSync(stamp, "utf8") === wanted &&
    existsSync(join(root, "node_modules", "vitest"))
  )
    return;
  say("installing packages (once, about a minute)");
  // Not `npm ci`: some tools' packages for other platforms may be absent from a registry, and ci refuses that.
  const result = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (result.status !== 0) {
    say("npm install failed; its own words are above");
    process.exit(result.status ?? 1);
  }
  writeFileSync(stamp, wanted);
}

/** Rebuilds the apps whose sources changed since they were built. */
function buildApps() {
  const shared = hashOf(sharedSources);
  for (const app of apps) {
    const folder = `apps/${app}`;
    if (!existsSync(join(root, folder, "index.html"))) continue;
    const wanted =
      hashOf([
        `${folder}/src`,
        `${folder}/public`,
        `${folder}/index.html`,
        `${folder}/labels.html`,
        `${folder}/vite.config.ts`,
        "package-lock.json",
      ]) + shared;
    const stamp = join(cache, `built-${app}`);
    if (
      existsSync(join(root, folder, "dist")) &&
      existsSync(stamp) &&
      readFileSync(stamp, "utf8") === wanted
    )
      continue;
    say(`building ${folder}`);
    const built = spawnSync(
      nodePath(),
      ["node_modules/vite/bin/vite.js", "build", folder, "--logLevel", "error"],
      { cwd: root, stdio: "inherit" },
    );
    if (built.status !== 0) process.exit(built.status ?? 1);
    mkdirSync(cache, { recursive: true });
    writeFileSync(stamp, wanted);
  }
}

/** Chromium for the browser's tests: by apt when root and missing, else a sentence on how to get it. */
function needChromium() {
  if (existsSync("/usr/bin/chromium") || process.env.CHROMIUM !== undefined) return;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    say("installing Chromium and ffmpeg for the browser's tests (once)");
    spawnSync("apt-get", ["update", "-qq"], { stdio: "ignore" });
    const installed = spawnSync(
      "apt-get",
      ["install", "-y", "-qq", "--no-install-recommends", "chromium", "ffmpeg"],
      {
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      },
    );
    if (installed.status === 0) return;
  }
  say(
    "Chromium is missing: the browser's tests will be skipped. Get it with: sudo apt-get install chromium ffmpeg (or set CHROMIUM to its path)",
  );
}

/** Lint, types, boundaries, unused code: the gate that CI runs too. */
function checkAll() {
  const steps = [
    [
      "format, syntax, layers",
      ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."],
    ],
    ["types", ["node_modules/typescript/bin/tsc", "--build"]],
    ["type-aware rules", ["node_modules/oxlint/bin/oxlint", "--type-aware", "--quiet"]],
    ["unused code", ["node_modules/knip/bin/knip.js", "--no-progress"]],
    ["directions and sizes", ["node_modules/vitest/vitest.mjs", "run", "tools", "--reporter=dot"]],
  ];
  let failed = 0;
  for (const [name, args] of steps) {
    const result = spawnSync(nodePath(), args, { cwd: root, stdio: "inherit", env: environment() });
    say(`${result.status === 0 ? "ok    " : "FAILED"} ${String(name)}`);
    if (result.status !== 0) failed += 1;
  }
  return failed === 0 ? 0 : 1;
}

/** Runs a program on the pinned Node, handing signals on and its exit code back. */
function run(args) {
  const child = spawn(nodePath(), args, { cwd: root, stdio: "inherit", env: environment() });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" || signal === "SIGTERM" ? 0 : 1);
  });
}

function nodePath() {
  return existsSync(pinnedNode) ? pinnedNode : process.execPath;
}

function environment() {
  return {
    ...process.env,
    PATH: `${join(root, "node_modules", ".bin")}:${process.env.PATH ?? ""}`,
  };
}

function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) addTo(hash, join(root, path));
  return hash.digest("hex");
}

function addTo(hash, path) {
  if (!existsSync(path)) return;
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) addTo(hash, join(path, name));
    return;
  }
  hash.update(relative(root, path)).update(readFileSync(path));
}

function say(sentence) {
  process.stderr.write(`vestibule: ${sentence}\n`);
}
