import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Fastify from "fastify";
import { expect, it, onTestFinished } from "vitest";
import { demoMember } from "./member.ts";
import { registerMember } from "./member-routes.ts";

it("tells the console the member's key as a policy names it, and no private half", async () => {
  const folder = mkdtempSync(join(tmpdir(), "vestibule-member-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const member = demoMember(folder, "http://localhost:8600");
  const app = Fastify();
  const owner = { signIn: () => Promise.reject(new Error("nobody signs in here")) };
  registerMember(app, { member, owner });
  const { id, cred, asMember } = member;
  const told = (await app.inject({ url: "/demo/info" })).json();
  expect(told).toEqual({ member: id, cred, label: "Demo key", key: asMember.keys[0] });
  expect(told.key.jwk).not.toHaveProperty("d");
});
