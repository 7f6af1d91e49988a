import { passkey } from "@better-auth/passkey";
import { type BetterAuthOptions, betterAuth } from "better-auth";
import { APIError } from "better-auth/api";
import { organization } from "better-auth/plugins";
import type pg from "pg";
import { type IdKind, newId } from "../platform/ids.ts";
import { invitedUser, joinByInvitation } from "./join.ts";

/** How long a sign-in lasts without use, in seconds: a working week. */
export const sessionSeconds = 7 * 24 * 3_600;

/** What better-auth needs from the server. */
export interface AuthenticationOptions {
  /** Connections of the role `vestibule_auth` with `search_path=auth`. */
  readonly pool: pg.Pool;
  /** Signs cookies; at least 32 characters, from the keys folder. */
  readonly secret: string;
  /** The console's origin: cookies and passkeys are bound to it. */
  readonly consoleOrigin: string;
  /** The time, in epoch ms. */
  readonly now: () => number;
}

const kinds: Readonly<Record<string, IdKind>> = {
  user: "user",
  session: "session",
  account: "account",
  verification: "verification",
  passkey: "passkey",
  organization: "organization",
  member: "member",
  invitation: "invitation",
};

/**
 * The options of better-auth: it authenticates people by passkey and keeps who belongs to which
 * organization. It decides no permission (`access/` does) and lets nobody in by itself: a person
 * exists only through an invitation, which the database enforces (a user needs a consent).
 */
export function authenticationOptions(options: AuthenticationOptions) {
  return {
    appName: "Vestibule",
    baseURL: options.consoleOrigin,
    basePath: "/api/auth",
    secret: options.secret,
    database: options.pool,
    trustedOrigins: [options.consoleOrigin],
    telemetry: { enabled: false },
    user: {
      // Named, so that better-auth knows why it cannot make a person by itself.
      additionalFields: {
        consentId: {
          type: "string",
          required: true,
          input: false,
          returned: false,
          unique: true,
          fieldName: "consent_id",
        },
      },
    },
    session: { expiresIn: sessionSeconds, updateAge: 24 * 3_600 },
    // One counter per process would lock a whole building's office out; the HTTP layer counts.
    rateLimit: { enabled: false },
    logger: { disabled: true },
    advanced: {
      cookiePrefix: "vestibule",
      useSecureCookies: options.consoleOrigin.startsWith("https:"),
      ipAddress: { disableIpTracking: true },
      database: {
        generateId: ({ model }: { model: string }) =>
          newId(kinds[model] ?? "verification", options.now()),
      },
    },
    plugins: [
      organization({ allowUserToCreateOrganization: false, creatorRole: "owner" }),
      passkey({
        rpID: new URL(options.consoleOrigin).hostname,
        rpName: "Vestibule",
        origin: options.consoleOrigin,
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
        registration: {
          requireSession: false,
          resolveUser: ({ context }) =>
            invitedUser(options.pool, { handle: context ?? "", nowMs: options.now() }),
          afterVerification: async ({ verification, user, context }) => {
            const { userVerified, credential } = verification.registrationInfo ?? {};
            if (userVerified !== true || (await isKnown(options.pool, credential?.id ?? "")))
              throw new APIError("BAD_REQUEST");
            if (context)
              await joinByInvitation(options.pool, {
                handle: context,
                userId: user.id,
                nowMs: options.now(),
              });
          },
        },
        authentication: {
          // The plugin takes a touch for enough; a finger, a face or a PIN is asked for here.
          afterVerification: ({ verification }) => {
            if (!verification.authenticationInfo.userVerified) throw new APIError("UNAUTHORIZED");
          },
        },
      }),
    ],
  } satisfies BetterAuthOptions;
}

/** better-auth as this server uses it. */
export function createAuthentication(options: AuthenticationOptions) {
  return betterAuth(authenticationOptions(options));
}

/** better-auth as this server uses it. */
export type Authentication = ReturnType<typeof createAuthentication>;

/** Whether a credential signs somebody in already; it could then sign in another in his place. */
async function isKnown(pool: pg.Pool, credential: string): Promise<boolean> {
  const { rowCount } = await pool.query('select 1 from auth."passkey" where "credentialID" = $1', [
    credential,
  ]);
  return rowCount !== 0;
}
