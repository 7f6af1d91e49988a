import { type Purpose, recognize } from "@vestibule/core";
import type { BuildingName } from "@vestibule/sdk";
import type { Progress } from "../terminal/progress.ts";
import { type Column, type Issue, issue } from "./issue.ts";
import { type FileForm, isIssue, type RawLine, readLines } from "./read-lines.ts";
import { type WindowDefaults, windowReader } from "./read-window.ts";

/** A parcel of a manifest that was understood. Its code goes no further than this process. */
export interface ManifestParcel {
  readonly line: number;
  readonly code: string;
  readonly building: BuildingName;
  readonly driver: string;
  readonly unit: string | undefined;
  readonly nbf: number;
  readonly exp: number;
  readonly purpose: Purpose;
}

/** A manifest as it was read. */
export interface Manifest {
  readonly parcels: readonly ManifestParcel[];
  readonly issues: readonly Issue[];
  /** Lines that say anything, the header not counted. */
  readonly lines: number;
}

/** What the command line gives for columns that a file lacks. */
export interface ManifestDefaults extends WindowDefaults {
  readonly purpose: Purpose;
  readonly progress?: Progress;
}

const purposes: ReadonlyMap<string, Purpose> = new Map([
  ...(["deliver", "delivery", "dropoff", "drop", "entrega", "entregar"] as const).map(
    (word) => [word, "deliver"] as const,
  ),
  ...(
    ["collect", "collection", "pickup", "return", "recogida", "recoger", "recolección"] as const
  ).map((word) => [word, "collect"] as const),
  ...(["round", "ronda"] as const).map((word) => [word, "round"] as const),
]);
const unitLengthMax = 100;
/** After how many lines it is told how far reading is. */
const linesToldEvery = 5_000;

/** Reads a whole manifest. Every line stands alone: what is wrong with one is told, the others go on. */
export function readManifest(text: string, form: FileForm, defaults: ManifestDefaults): Manifest {
  const readWindow = windowReader(defaults);
  const parcels: ManifestParcel[] = [];
  const issues: Issue[] = [];
  let lines = 0;
  for (const read of readLines(text, form)) {
    lines += 1;
    if (lines % linesToldEvery === 0) defaults.progress?.(`read ${lines} lines`);
    if (isIssue(read)) {
      issues.push(read);
      continue;
    }
    const found = readParcel(read, { readWindow, purpose: defaults.purpose });
    issues.push(...found.issues);
    if (found.parcel !== undefined) parcels.push(found.parcel);
  }
  return { parcels, issues, lines };
}

interface LineReaders {
  readonly readWindow: ReturnType<typeof windowReader>;
  readonly purpose: Purpose;
}

/** All that is wrong with a line is told at once, so that it is mended once. */
function readParcel(
  { line, values }: RawLine,
  { readWindow, purpose: usual }: LineReaders,
): { readonly parcel?: ManifestParcel; readonly issues: readonly Issue[] } {
  const code = readCode(line, values.get("tracking"));
  const building = buildingOf(values);
  const driver = values.get("driver");
  const window = readWindow(values);
  const word = values.get("purpose");
  const purpose = word === undefined ? usual : purposes.get(plainWord(word));
  const issues: Issue[] = [...code.issues];
  if (building === undefined) issues.push(issue(line, "building-missing", { column: "building" }));
  if (driver === undefined) issues.push(issue(line, "driver-missing", { column: "driver" }));
  if (window.kind === "issue") issues.push(issue(line, window.code, { column: window.column }));
  if (purpose === undefined) issues.push(issue(line, "purpose-unknown", { column: "purpose" }));
  const lacking = code.code === undefined || building === undefined || driver === undefined;
  if (lacking || window.kind === "issue" || purpose === undefined) return { issues };
  const unit = values.get("unit")?.slice(0, unitLengthMax);
  const { nbf, exp } = window;
  return {
    parcel: { line, code: code.code, building, driver, unit, nbf, exp, purpose },
    issues,
  };
}

function plainWord(word: string): string {
  return word.toLowerCase().replaceAll(/[\s_-]/g, "");
}

function buildingOf(values: ReadonlyMap<Column, string>): BuildingName | undefined {
  const code = values.get("building");
  if (code !== undefined) return { kind: "code", text: code };
  const address = values.get("address");
  return address === undefined ? undefined : { kind: "address", text: address };
}

/** A list must name exactly one parcel per line: what could be two is told, never guessed. */
function readCode(
  line: number,
  text: string | undefined,
): { readonly code?: string; readonly issues: readonly Issue[] } {
  const column = "tracking";
  if (text === undefined) return { issues: [issue(line, "tracking-missing", { column })] };
  const found = recognize(text, "list");
  if (found.kind === "refused") return { issues: [issue(line, found.code, { column })] };
  const codes = new Set(found.candidates.map(({ canonical }) => canonical));
  const [code] = codes;
  if (code === undefined || codes.size > 1)
    return { issues: [issue(line, "label-several", { column })] };
  const wrong = found.candidates.every(({ check }) => check === "wrong");
  return { code, issues: wrong ? [issue(line, "label-check-digit", { column })] : [] };
}
