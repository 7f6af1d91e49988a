import type pg from "pg";
import type { Authentication } from "./authentication.ts";
import { handsetOf } from "./handset-sessions.ts";
import { memberships, type Principal } from "./principal.ts";

/** What tells who asks. */
export interface SessionSources {
  readonly authentication: Authentication;
  /** Connections of the role `vestibule_auth`. */
  readonly pool: pg.Pool;
  readonly now: () => number;
}

/** The headers that say who asks; a socket's first message may stand in for `authorization`. */
export interface SessionHeaders {
  readonly authorization?: string | undefined;
  readonly cookie?: string | undefined;
  readonly origin?: string | undefined;
}

/**
 * Who asks: a handset by its bearer token, else a person by the cookie, else nobody. Asked once per
 * request (the cookie costs about 3 ms). A bad token is nobody, never the cookie's person.
 */
export async function sessionOf(
  sources: SessionSources,
  request: { readonly headers: SessionHeaders },
): Promise<Principal> {
  const { authorization, cookie } = request.headers;
  if (authorization !== undefined) {
    const token = /^Bearer ([A-Za-z0-9_-]{43})$/.exec(authorization)?.[1];
    if (token === undefined) return { kind: "anonymous" };
    const origin = request.headers.origin;
    return (
      (await handsetOf(sources.pool, { token, origin, nowMs: sources.now() })) ?? {
        kind: "anonymous",
      }
    );
  }
  if (cookie === undefined) return { kind: "anonymous" };
  const session = await sources.authentication.api.getSession({ headers: new Headers({ cookie }) });
  if (!session) return { kind: "anonymous" };
  return person(sources.pool, session.user);
}

async function person(pool: pg.Pool, user: { id: string; name: string }): Promise<Principal> {
  const { rows } = await pool.query<{ organizationId: string; role: string }>(
    `select "organizationId", role from auth.member where "userId" = $1
     union all select '', 'operator' from auth.operator where user_id = $1`,
    [user.id],
  );
  return {
    kind: "person",
    userId: user.id,
    name: user.name,
    memberships: memberships(rows),
    operator: rows.some(({ role }) => role === "operator"),
  };
}
