import { refusalCodes } from "@vestibule/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRefusalDesk, type RefusalDesk } from "./refusal-desk.ts";
import { boxesOwnState } from "./refusals-of-boxes.ts";
import { keysets, papersAtTheTap } from "./refusals-of-papers.ts";
import { policies } from "./refusals-of-policies.ts";
import { tapsAndProofs } from "./refusals-of-proofs.ts";

const reached = new Set<string>();
let desk: RefusalDesk;

beforeAll(async () => {
  desk = await openRefusalDesk();
});
afterAll(() => desk?.close());

describe.each([
  ["papers at the tap", papersAtTheTap],
  ["keysets", keysets],
  ["policies", policies],
  ["taps and proofs", tapsAndProofs],
  ["the box's own state and its receipts", boxesOwnState],
] as const)("%s", (_name, table) => {
  it.each(table)("%s: %s", async (code, _how, make) => {
    const said = await make(desk);
    reached.add(said);
    expect(said).toBe(code);
  });
});

/** Codes that no request can reach before the issues that bring what they speak of. */
const notYet: Readonly<Record<string, string>> = {
  stopped: "stops come with the log's issue",
  "stop-reach": "stops come with the log's issue",
  "stop-seq": "stops come with the log's issue",
  "policy-objected": "an objection is a member's stop",
  "key-too-new": "a key's age counts from its inclusion in the log; demonstrations waive it",
  button: "recovery comes with its issue",
  waiting: "recovery comes with its issue",
  vetoed: "recovery comes with its issue",
};

it("every refusal code is reached above, or cannot be before the log, stops and recovery", () => {
  expect([...reached, ...Object.keys(notYet)].toSorted()).toEqual([...refusalCodes].toSorted());
});
