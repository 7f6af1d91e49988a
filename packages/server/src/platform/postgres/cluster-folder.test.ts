import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { clusterFolder, clusterPasswords, leftClusters } from "./cluster-folder.ts";

const asRoot = process.getuid?.() === 0;
let base: string;
let data: string;
let elsewhere: string;
beforeEach(() => {
  base = mkdtempSync("/tmp/vestibule-clusters-");
  // Closed to others, as /root is.
  data = join(base, "closed/data");
  mkdirSync(data, { recursive: true });
  elsewhere = mkdtempSync("/tmp/vestibule-elsewhere-");
  rmSync(elsewhere, { recursive: true });
});
afterEach(() => {
  for (const folder of [base, elsewhere]) rmSync(folder, { recursive: true, force: true });
});

const place = () => clusterFolder(data, true, elsewhere);
const mark = (folder: string) => writeFileSync(join(folder, "mark"), "");

describe.skipIf(!asRoot)("a cluster of root's whose data folder is closed to others", () => {
  it("lies elsewhere, is led to by a link, and is told of in the data folder", () => {
    const folder = place();
    expect(folder.startsWith(elsewhere)).toBe(true);
    expect(realpathSync(join(data, "postgres"))).toBe(folder);
    const told = readFileSync(join(data, "postgres-lies-elsewhere.txt"), "utf8");
    expect(told).toContain(`rm -r ${folder}`);
    expect(leftClusters(elsewhere)).toEqual([]);
    expect(place()).toBe(folder);
  });

  it("is listed once its data folder is gone, and under its new name when that one moved", () => {
    const folder = place();
    const moved = join(base, "closed/moved");
    renameSync(data, moved);
    expect(leftClusters(elsewhere)).toEqual([{ path: folder, of: data }]);
    expect(clusterFolder(moved, true, elsewhere)).toBe(folder);
    expect(leftClusters(elsewhere)).toEqual([]);
    rmSync(moved, { recursive: true });
    expect(leftClusters(elsewhere)).toEqual([{ path: folder, of: moved }]);
  });

  it("is set aside, not destroyed, when its data folder begins anew, and goes after 30 days", () => {
    mark(place());
    rmSync(data, { recursive: true });
    const fresh = place();
    expect(existsSync(join(fresh, "mark"))).toBe(false);
    const [left] = leftClusters(elsewhere);
    expect(existsSync(join(left?.path ?? "", "mark"))).toBe(true);
    const old = Date.now() - 31 * 86_400_000;
    renameSync(left?.path ?? "", `${fresh}.left-${old}`);
    rmSync(data, { recursive: true });
    place();
    expect(readdirSync(elsewhere)).toHaveLength(2);
    expect(existsSync(`${fresh}.left-${old}`)).toBe(false);
  });

  it("is its data folder's again where that came back without the link, but with the passwords", () => {
    clusterPasswords(data);
    const folder = place();
    mark(folder);
    rmSync(join(data, "postgres"));
    expect(place()).toBe(folder);
    expect(existsSync(join(folder, "mark"))).toBe(true);
  });

  it("is made again where the link leads nowhere", () => {
    rmSync(place(), { recursive: true });
    expect(existsSync(place())).toBe(true);
    expect(lstatSync(join(data, "postgres")).isSymbolicLink()).toBe(true);
  });
});
