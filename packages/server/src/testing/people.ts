import type { Response } from "light-my-request";
import type { OrganizationRole } from "../access/access.ts";
import { consentVersion, type Invitation, invite } from "../people/invitations.ts";
import { softwarePasskey } from "./software-passkey.ts";
import { type TestApp, testConsoleOrigin } from "./test-app.ts";

/** A person who has arrived and is signed in. */
export interface TestPerson {
  readonly cookie: string;
  readonly userId: string;
  /** Of the organization he belongs to; absent for the operator. */
  readonly organizationId: string | undefined;
}

/** The headers with which the console's page asks for a person. */
export function asPerson({ cookie }: TestPerson, key?: string): Record<string, string> {
  return {
    cookie,
    origin: testConsoleOrigin,
    ...(key === undefined ? {} : { "idempotency-key": key }),
  };
}

let arrivals = 0;

/** Lets a person arrive by a link, as people do: each from an address of his own. */
export async function arrive(server: TestApp, invitation: Invitation): Promise<TestPerson> {
  const { url } = await invite(server.pool, invitation, {
    consoleOrigin: testConsoleOrigin,
    nowMs: server.now(),
  });
  arrivals += 1;
  const remoteAddress = `10.200.${arrivals >> 8}.${arrivals & 255}`;
  const post = (path: string, payload: object, headers: Record<string, string> = {}) =>
    server.app.inject({
      method: "POST",
      url: path,
      payload,
      headers: { origin: testConsoleOrigin, ...headers },
      remoteAddress,
    });
  const secret = new URL(url).hash.slice(1);
  const begun = await post("/api/invitations/registration", {
    secret,
    name: "Ada",
    consent: consentVersion,
  });
  const joined = await post(
    "/api/auth/passkey/verify-registration",
    { response: softwarePasskey(testConsoleOrigin).create(begun.json()), createSession: true },
    { cookie: cookieOf(begun) },
  );
  if (joined.statusCode !== 200) throw new Error(`nobody arrived: ${joined.body}`);
  const cookie = cookieOf(joined);
  const self = (await server.app.inject({ url: "/api/self", headers: { cookie } })).json();
  return { cookie, userId: self.id, organizationId: self.memberships[0]?.organizationId };
}

/** An organization with one person in each role. */
export async function arriveOrganization(
  server: TestApp,
  organizationName: string,
): Promise<Readonly<Record<OrganizationRole, TestPerson>> & { readonly organizationId: string }> {
  const owner = await arrive(server, { kind: "first-owner", organizationName });
  const organizationId = owner.organizationId ?? "";
  const member = (role: OrganizationRole) =>
    arrive(server, { kind: "member", organizationId, role, invitedBy: owner.userId });
  return {
    organizationId,
    owner,
    manager: await member("manager"),
    viewer: await member("viewer"),
    staff: await member("staff"),
  };
}

function cookieOf(response: Response): string {
  return [response.headers["set-cookie"] ?? []]
    .flat()
    .map((cookie) => cookie.split(";")[0] ?? "")
    .join("; ");
}
