import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openClosing } from "./closing.ts";
import { claimDemoFolder } from "./demo-folder.ts";

it("a demo's folder is one demo's at a time, and free again afterwards", () => {
  const data = mkdtempSync(join(tmpdir(), "vestibule-demo-"));
  try {
    const release = claimDemoFolder(data);
    expect(existsSync(join(data, "demo.pid"))).toBe(true);
    expect(() => claimDemoFolder(data)).toThrow(/is at work in .*--data FOLDER/);
    release();
    claimDemoFolder(data)();
    expect(existsSync(join(data, "demo.pid"))).toBe(false);
  } finally {
    rmSync(data, { recursive: true });
  }
});

it("what was opened closes backwards, each once, the late ones too, though one of them fails", async () => {
  const closed: number[] = [];
  const closing = openClosing();
  const noted = (number: number) => closing.add(async () => void closed.push(number));
  noted(1);
  closing.add(() => Promise.reject(new Error("stuck")));
  noted(2);
  await expect(closing.close()).rejects.toThrow("stuck");
  expect(closed).toEqual([2, 1]);
  noted(3);
  await closing.close();
  expect(closed).toEqual([2, 1, 3]);
});
