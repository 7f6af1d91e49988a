import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { refusalCodes } from "@vestibule/core";
import { parseSync } from "oxc-parser";
import { describe, expect, it } from "vitest";
import { dependencyReasons } from "./dependency-reasons.ts";
import { directDependencies, madeParts, withPart } from "./generated-docs.ts";
import { papersExample } from "./papers-example.ts";

const root = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const documents = ["README.md", "SECURITY.md", ...globSync("docs/*.md", { cwd: root })];

describe("what is made from the code", () => {
  it("stands in the documents as the code makes it now (npm run docs writes it)", async () => {
    for (const part of await madeParts()) {
      const document = read(part.file);
      expect(withPart(document, part), `${part.file}: ${part.name}`).toBe(document);
    }
  });
  it("is refused a document without its marks", () => {
    expect(() => withPart("text", { file: "a.md", name: "x", text: "" })).toThrow("a.md");
  });
  it("the example is the same in every run", async () => {
    expect(await papersExample()).toEqual(await papersExample());
  });
});

/** The members of a paper's body, in the source that reads it: `?` marks those that may be absent. */
function membersOf(file: string, constant: string): readonly string[] {
  const { program } = parseSync(file, read(file));
  const found = find(program, constant);
  const call = Reflect.get(found, "init");
  const [argument] = list(Reflect.get(call, "arguments"));
  return list(Reflect.get(argument ?? {}, "properties")).map((property) => {
    const name = String(Reflect.get(Reflect.get(property, "key"), "name"));
    const value = Reflect.get(property, "value");
    const callee: unknown = Reflect.get(value, "callee");
    const isOptional =
      typeof callee === "object" && callee !== null && Reflect.get(callee, "name") === "optional";
    return isOptional ? `${name}?` : name;
  });
}

function find(node: unknown, constant: string): object {
  if (typeof node !== "object" || node === null) return {};
  if (
    Reflect.get(node, "type") === "VariableDeclarator" &&
    Reflect.get(Reflect.get(node, "id"), "name") === constant
  )
    return node;
  for (const child of Object.values(node)) {
    const found = find(child, constant);
    if (Object.keys(found).length > 0) return found;
  }
  return {};
}

function list(value: unknown): readonly object[] {
  return Array.isArray(value) ? value : [];
}

/** The first column of the table after `<!-- fields: NAME -->`; one row may name several members. */
function documented(constant: string): readonly string[] {
  const after = read("docs/papers.md").split(`<!-- fields: ${constant} -->`)[1] ?? "";
  const rows = after.trimStart().split("\n\n")[0]?.split("\n").slice(2) ?? [];
  return rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`([A-Za-z_]+\??)`/g)].map((match) => match[1] ?? ""),
  );
}

const bodies = "packages/core/src/papers/bodies.ts";
const tables: readonly (readonly [constant: string, file: string])[] = [
  ["policyBody", "packages/core/src/papers/policy.ts"],
  ["keysetBody", bodies],
  ["badgeBody", bodies],
  ["assignmentBody", bodies],
  ["grantBody", bodies],
  ["ticketBody", bodies],
  ["proofBody", bodies],
  ["stopBody", bodies],
  ["receiptBody", bodies],
  ["receiptPersonal", bodies],
  ["headBody", bodies],
  ["recoveryBody", bodies],
  ["noAccessBody", bodies],
  ["enrolmentTerms", "packages/core/src/papers/enrolment.ts"],
];

describe("docs/papers.md", () => {
  it.each(tables)("lists every member of %s and no other", (constant, file) => {
    const members = membersOf(file, constant);
    expect(members.length).toBeGreaterThan(3);
    expect(documented(constant).toSorted()).toEqual(members.toSorted());
  });
  it("names every refusal code where it is made", () => {
    const text = read("docs/papers.md");
    const missing = refusalCodes.filter((code) => !text.includes(`\`${code}\``));
    expect(missing).toEqual([]);
  });
});

describe("docs/dependencies.md", () => {
  it("gives a reason for each direct dependency, and for none that is gone", () => {
    expect(Object.keys(dependencyReasons).toSorted()).toEqual([...directDependencies().keys()]);
  });
});

describe("links and pictures", () => {
  it.each(documents)("of %s lead to files that are there", (file) => {
    const targets = [...read(file).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
      .map((match) => match[1] ?? "")
      .filter((target) => !/^[a-z]+:/.test(target));
    const missing = targets.filter(
      (target) => globSync(join(dirname(file), target), { cwd: root }).length === 0,
    );
    expect(missing).toEqual([]);
  });
});
