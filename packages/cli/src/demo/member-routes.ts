import { decodeBase64url } from "@vestibule/core";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { Check } from "typebox/value";
import type { DemoMember } from "./member.ts";
import type { Owner } from "./owner.ts";

const challengeBody = Type.Object(
  { challenge: Type.String({ pattern: "^[A-Za-z0-9_-]{43}$" }) },
  { additionalProperties: false },
);

/** What only a demonstration's console has: a member's key in software, and a door for visitors. */
export function registerMember(
  app: FastifyInstance,
  { member, owner }: { readonly member: DemoMember; readonly owner: Pick<Owner, "signIn"> },
): void {
  const { id, cred, asMember } = member;
  // The key as a policy names it, so that a visitor can write a first policy too.
  app.get("/demo/info", () => ({ member: id, cred, label: "Demo key", key: asMember.keys[0] }));
  app.post("/demo/sign", (request, reply) => {
    const { body } = request;
    const bytes = Check(challengeBody, body) ? decodeBase64url(body.challenge) : undefined;
    if (bytes === undefined) {
      return reply.code(400).type("application/problem+json").send({
        title: '"challenge" must be 32 bytes in base64url',
        status: 400,
        code: "request-invalid",
        field: "challenge",
      });
    }
    return member.assert(bytes);
  });
  // The visitor becomes the manager through the same passkey sign-in as anybody, its finger in software.
  app.get("/demo/sign-in", async (_request, reply) => {
    const { setCookies } = await owner.signIn();
    return reply.header("set-cookie", setCookies).header("cache-control", "no-store").redirect("/");
  });
}
