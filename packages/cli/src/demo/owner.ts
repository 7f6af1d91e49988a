import { createPasskey, type PasskeyOwner, usePasskey } from "@vestibule/core/node";
import { type DemoAnswer, type DemoRequest, demoCall, succeeded } from "./demo-call.ts";

/** The demonstration's manager: joins by the same one-time link as anybody, signs in by passkey. */
export interface Owner {
  /** Uses a one-time link. */
  readonly join: (link: string, name: string) => Promise<void>;
  /** The answer that carries a fresh session's cookies. */
  readonly signIn: () => Promise<DemoAnswer>;
  /** Calls the API with a session, which it opens when it has none. */
  readonly call: (request: Omit<DemoRequest, "origin" | "cookie">) => Promise<unknown>;
}

/** Acts as the manager at the console's origin. */
export function ownerOf(upstream: string, passkey: PasskeyOwner): Owner {
  const { origin } = passkey;
  let session: string | undefined;
  const at = (request: Omit<DemoRequest, "origin">): DemoRequest => ({ ...request, origin });
  const signIn = async (): Promise<DemoAnswer> => {
    const ask = at({ method: "GET", path: "/api/auth/passkey/generate-authenticate-options" });
    const options = await demoCall(upstream, ask);
    const response = usePasskey(passkey, challengeOf(succeeded(ask, options)));
    const prove = at({
      method: "POST",
      path: "/api/auth/passkey/verify-authentication",
      body: { response },
      cookie: options.cookie,
    });
    const answer = await demoCall(upstream, prove);
    succeeded(prove, answer);
    session = answer.cookie;
    return answer;
  };
  return {
    signIn,
    join: async (link, name) => {
      const secret = new URL(link).hash.slice(1);
      const read = at({ method: "POST", path: "/api/invitations/read", body: { secret } });
      const consent = memberOf(succeeded(read, await demoCall(upstream, read)), "consent");
      const begin = at({
        method: "POST",
        path: "/api/invitations/registration",
        body: { secret, name, consent },
      });
      const begun = await demoCall(upstream, begin);
      const response = createPasskey(passkey, challengeOf(succeeded(begin, begun)));
      const finish = at({
        method: "POST",
        path: "/api/auth/passkey/verify-registration",
        body: { response, createSession: true },
        cookie: begun.cookie,
      });
      const joined = await demoCall(upstream, finish);
      succeeded(finish, joined);
      session = joined.cookie;
    },
    call: async (request) => {
      if (session === undefined) await signIn();
      const first = at({ ...request, cookie: session ?? "" });
      const answer = await demoCall(upstream, first);
      if (answer.status !== 401) return succeeded(first, answer);
      await signIn();
      const second = at({ ...request, cookie: session ?? "" });
      return succeeded(second, await demoCall(upstream, second));
    },
  };
}

function challengeOf(options: unknown): string {
  return memberOf(options, "challenge");
}

/** A text member of an answer. @throws Error when it is not there. */
export function memberOf(value: unknown, name: string): string {
  const member: unknown =
    typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  if (typeof member !== "string") throw new Error(`the server's answer has no "${name}"`);
  return member;
}
