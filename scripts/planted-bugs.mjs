// Removes each single check of decide() and of the papers' checks in turn and runs core's tests: each
// must be caught. Works on copies of packages/core, never on the working tree.
import { spawn } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const core = join(root, "packages/core");
const parallel = 2;
// For what hangs; a busy machine may take long for what does not.
const mutantMsMax = 240_000;
const folders = ["decide", "papers", "host"];

// Checks that another check makes unreachable and that types or caution still want, each with its reason.
const unreachable = new Map([
  [
    "src/decide/spending.ts day === undefined",
    "an unknown time zone was refused by the schedule (`hours`) long before; the type still asks",
  ],
]);

const help = `node scripts/planted-bugs.mjs [--json FILE] [--markdown FILE] [--random N --seed S] [--only TEXT]

Neutralises one check at a time in a copy of packages/core and runs core's tests.
Exits 1 when a planted bug survives.`;

/** Reads the options; an unknown one is an error. */
function readOptions(args) {
  const options = {};
  for (let index = 0; index < args.length; index += 1) {
    const name = args[index];
    if (name === "--help") return { help: true };
    if (!["--json", "--markdown", "--random", "--seed", "--only"].includes(name))
      throw new Error(`unknown option ${name}\n\n${help}`);
    index += 1;
    options[name.slice(2)] = args[index];
  }
  return options;
}

/** Finds every check: a guarded early return of a refusal, and each `??` link of a chain of checks. */
function findChecks() {
  const checks = [];
  for (const folder of folders) {
    for (const name of readdirSync(join(core, "src", folder)).toSorted()) {
      if (!name.endsWith(".ts") || name.endsWith(".test.ts") || name === "index.ts") continue;
      const file = join("src", folder, name);
      checks.push(...checksOf(file, readFileSync(join(core, file), "utf8")));
    }
  }
  return checks;
}

const says = /refuse\(|refused\(|refusePaper\(|return refused\b|wrong\(|vetoHolds|"unopenable"/;

function checksOf(file, source) {
  const found = [];
  const push = (start, end, replacement, what) =>
    found.push({
      file,
      line: source.slice(0, start).split("\n").length,
      start,
      end,
      replacement,
      what: oneLine(what),
    });
  for (const match of source.matchAll(/\bif \(/g)) {
    const open = match.index + 3;
    const close = closing(source, open);
    const body = source.slice(close + 1, statementEnd(source, close + 1));
    if (!says.test(body)) continue;
    const condition = source.slice(open + 1, close);
    // Each half of an `||` is a check of its own; an `&&` is one.
    const halves = splitOr(condition);
    for (const half of halves) {
      const start = open + 1 + half.start;
      push(start, start + half.text.length, neutral(half.text), `${half.text} → ${codeOf(body)}`);
    }
  }
  for (const match of source.matchAll(/\n( +)([^\n?]*[^\n;]) \?\?\n/g)) {
    const start = match.index + 1 + match[1].length;
    const text = match[2].replace(/^return /, "");
    const from = start + match[2].length - text.length;
    if (/^check[A-Z]/.test(text)) push(from, from + text.length, "undefined", text);
  }
  for (const match of source.matchAll(
    /return (\w[^;?\n]*(?:\n[^;?]*?)?)\s*\? (?:undefined|\{[^;]*?\})\s*: refuse\([^;]*;/g,
  )) {
    const start = match.index + "return ".length;
    push(start, start + match[1].length, neutralTrue(match[1]), match[0]);
  }
  return found;
}

/** Never taken, and still narrowing nothing: types are stripped, so only behaviour counts. */
function neutral() {
  return "false";
}

function neutralTrue() {
  return "true";
}

function closing(source, open) {
  let depth = 0;
  for (let index = open; index < source.length; index += 1) {
    if (source[index] === "(") depth += 1;
    if (source[index] === ")") depth -= 1;
    if (depth === 0) return index;
  }
  throw new Error("a condition does not close");
}

function statementEnd(source, start) {
  const first = source.slice(start).search(/\S/) + start;
  if (source[first] !== "{") return source.indexOf(";", first) + 1;
  let depth = 0;
  for (let index = first; index < source.length; index += 1) {
    if (source[index] === "{") depth += 1;
    if (source[index] === "}") depth -= 1;
    if (depth === 0) return index + 1;
  }
  throw new Error("a block does not close");
}

function splitOr(condition) {
  const halves = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < condition.length; index += 1) {
    if ("([{".includes(condition[index])) depth += 1;
    if (")]}".includes(condition[index])) depth -= 1;
    // A ternary decides as a whole.
    if (depth === 0 && condition.startsWith(" ? ", index)) return [{ start: 0, text: condition }];
    if (depth === 0 && condition.startsWith("||", index)) {
      halves.push({ start, text: condition.slice(start, index) });
      start = index + 2;
    }
  }
  return [...halves, { start, text: condition.slice(start) }];
}

function codeOf(body) {
  return /refuse\("([a-z-]+)"/.exec(body)?.[1] ?? "passed on";
}

function oneLine(text) {
  return text.replaceAll(/\s+/g, " ").trim().slice(0, 140);
}

/** The seed is a commit's name, or any other hexadecimal number. */
function seedOf(text) {
  return Number.parseInt(text.slice(0, 8), 16);
}

/** A number sequence from a seed, so that a slice can be run again. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function pick(checks, count, seed) {
  const next = generator(seed);
  const rest = [...checks];
  return Array.from(
    { length: Math.min(count, rest.length) },
    () => rest.splice(Math.floor(next() * rest.length), 1)[0],
  );
}

/** One copy of core to plant in: its own sources, everyone's dependencies. */
function makeBed() {
  const bed = mkdtempSync(join(tmpdir(), "planted-"));
  mkdirSync(join(bed, "packages"));
  const copied = (path) => !path.includes("node_modules") && !path.includes("/dist");
  cpSync(core, join(bed, "packages/core"), { recursive: true, filter: copied });
  for (const name of ["package.json", "tsconfig.base.json"])
    cpSync(join(root, name), join(bed, name));
  symlinkSync(join(root, "node_modules"), join(bed, "node_modules"));
  writeFileSync(
    join(bed, "vitest.config.mjs"),
    `export default { test: { include: [${folders.map((folder) => `"packages/core/src/${folder}/**/*.test.ts"`).join(", ")}], maxWorkers: 1, isolate: false, testTimeout: 120000 } };\n`,
  );
  return bed;
}

/** Runs the tests of a bed, stopping at the first that fails; tells its name, or nothing. */
function firstFailure(bed) {
  const report = join(bed, "report.json");
  rmSync(report, { force: true });
  const args = [
    join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    "--root",
    bed,
    "--bail",
    "1",
    "--reporter",
    "json",
    "--outputFile",
    report,
  ];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: bed, stdio: "ignore", detached: true });
    const timer = setTimeout(() => process.kill(-child.pid, "SIGKILL"), mutantMsMax);
    child.on("exit", (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? undefined : failureIn(report));
    });
  });
}

function failureIn(report) {
  let json;
  try {
    json = JSON.parse(readFileSync(report, "utf8"));
  } catch {
    return "the run did not end in time or did not start";
  }
  for (const file of json.testResults)
    for (const test of file.assertionResults)
      if (test.status === "failed")
        return `${file.name.split("packages/core/src/").at(-1)}: ${test.fullName}`;
  return "a test file did not load";
}

async function plant(bed, check) {
  const path = join(bed, "packages/core", check.file);
  const source = readFileSync(path, "utf8");
  writeFileSync(path, source.slice(0, check.start) + check.replacement + source.slice(check.end));
  try {
    const caughtBy = await firstFailure(bed);
    return {
      ...check,
      caughtBy,
      unreachable: caughtBy === undefined ? reasonFor(check) : undefined,
    };
  } finally {
    writeFileSync(path, source);
  }
}

function reasonFor({ file, what }) {
  return unreachable.get(`${file} ${what.split(" → ")[0]}`);
}

function verdictOf({ caughtBy, unreachable: reason }) {
  if (caughtBy !== undefined) return caughtBy;
  return reason === undefined ? "**survived**" : `cannot be reached: ${reason}`;
}

function survived({ caughtBy, unreachable: reason }) {
  return caughtBy === undefined && reason === undefined;
}

function summary(results) {
  const caught = results.filter(({ caughtBy }) => caughtBy !== undefined).length;
  const lost = results.filter(survived).length;
  return `${results.length} planted, ${caught} caught, ${results.length - caught - lost} cannot be reached, ${lost} survived`;
}

async function run(checks) {
  const beds = Array.from({ length: parallel }, makeBed);
  try {
    const broken = await firstFailure(beds[0]);
    if (broken !== undefined)
      throw new Error(`core's tests fail before anything is planted: ${broken}`);
    const queue = checks.entries();
    const results = [];
    await Promise.all(
      beds.map(async (bed) => {
        for (const [index, check] of queue) {
          const result = await plant(bed, check);
          results[index] = result;
          console.log(
            `${survived(result) ? "SURVIVED" : "caught  "} ${check.file}:${check.line} ${check.what}`,
          );
        }
      }),
    );
    return results;
  } finally {
    for (const bed of beds) rmSync(bed, { recursive: true, force: true });
  }
}

function markdown(results) {
  const cell = (text) => text.replaceAll("|", "\\|").replaceAll("`", "'");
  return [
    "# Planted bugs",
    "",
    `${new Date().toISOString().slice(0, 10)}, \`npm run planted\`: each check of decide(), of the papers and of the host's countersigning was removed alone, and core's tests were run. ${summary(results)}.`,
    "",
    "| check | where | caught by |",
    "| --- | --- | --- |",
    ...results.map(
      (result) =>
        `| \`${cell(result.what)}\` | ${result.file}:${result.line} | ${cell(verdictOf(result))} |`,
    ),
    "",
  ].join("\n");
}

const options = readOptions(process.argv.slice(2));
if (options.help) {
  console.log(help);
  process.exit(0);
}
let checks = findChecks();
if (options.only !== undefined)
  checks = checks.filter(({ file, line }) => `${file}:${line}`.includes(options.only));
if (options.random !== undefined)
  checks = pick(checks, Number(options.random), seedOf(options.seed ?? "1"));
const results = await run(checks);
if (options.markdown !== undefined) writeFileSync(options.markdown, markdown(results));
if (options.json !== undefined) {
  const rows = results.map((result) => ({
    name: `${result.file}:${result.line} ${result.what}`,
    value: verdictOf(result),
    bound: "caught",
    holds: !survived(result),
  }));
  writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`);
}
console.log(summary(results));
process.exitCode = results.some(survived) ? 1 : 0;
