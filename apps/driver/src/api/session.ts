import { canonicalize, utf8 } from "@vestibule/core/encoding";
import { sessionBody } from "@vestibule/core/reading";
import type { Config } from "../config.ts";
import { instant, record, text } from "../json.ts";
import { fetchKept, forget, keep } from "../kept/database.ts";
import { asksFinger, type FingerHandset, type Handset } from "../kept/handset.ts";
import { base64url, signWith } from "./handset-signer.ts";
import { type Answer, askHost, type HostRequest } from "./host.ts";

const challenge = record({ nonce: text });
const opened = record({ token: text, expiresAt: instant });
const keptSession = record({ token: text, expiresAt: text });

/** The host as this handset reaches it: each request carries a token, renewed when it is refused. */
export interface Host {
  readonly ask: (request: Omit<HostRequest, "token">) => Promise<Answer>;
  /** A token that the host took last, for the live socket. */
  readonly token: () => Promise<string | undefined>;
  /**
   * The driver did something that may cost a finger: the next sign-in may ask for it, once. Without
   * that a page that looks after its list by itself would ask for fingers by itself.
   */
  readonly mayAskFinger: () => void;
}

/** The code of the answer where signing in waits for a finger; no host says it. */
export const fingerWanted = "finger-wanted";

/**
 * Signs in with the handset's key: a fresh challenge of the host, signed, for a token of 12 h that is
 * bound to this origin. The token is kept so that a tap's new tab need not ask again.
 */
export function handsetHost(config: Config, handset: Handset): Host {
  let token: string | undefined;
  let signing: Promise<Answer> | undefined;
  let mayAsk = false;
  const state = async (nonce: string): Promise<object | undefined> => {
    const about = { audience: config.apiOrigin, nonce };
    if (!asksFinger(handset)) return { jws: await signStatement(handset, about) };
    const { fingerStatement } = await import("./finger.ts");
    return fingerStatement(handset, about);
  };
  const signIn = async (): Promise<Answer> => {
    if (asksFinger(handset) && !mayAsk) return wantsFinger;
    mayAsk = false;
    const asked = await askHost(config, { path: "/api/handset/challenge" });
    if (asked.kind !== "answered") return asked;
    const fresh = challenge(asked.body);
    if (fresh === undefined) return broken;
    const body = await state(fresh.nonce);
    if (body === undefined) return wantsFinger;
    const answer = await askHost(config, { method: "POST", path: "/api/handset/sessions", body });
    if (answer.kind !== "answered") return answer;
    const session = opened(answer.body);
    if (session === undefined) return broken;
    token = session.token;
    // A browser that keeps nothing any more costs a sign-in by tab, not the shift.
    const kept = { token, expiresAt: new Date(session.expiresAt).toISOString() };
    await keep("session", kept).catch(() => undefined);
    return answer;
  };
  // Two requests that find the token refused share one sign-in.
  const renew = (): Promise<Answer> => {
    signing ??= signIn().finally(() => {
      signing = undefined;
    });
    return signing;
  };
  const current = async (): Promise<string | undefined> => {
    token ??= keptSession(await fetchKept("session").catch(() => undefined))?.token;
    return token;
  };
  return {
    token: current,
    mayAskFinger: () => {
      mayAsk = true;
    },
    ask: async (request) => {
      const held = await current();
      if (held !== undefined) {
        const answer = await askHost(config, { ...request, token: held });
        if (answer.kind !== "problem" || answer.problem.status !== 401) return answer;
        token = undefined;
        await forget("session").catch(() => undefined);
      }
      const signed = await renew();
      if (signed.kind !== "answered" || token === undefined) return signed;
      return askHost(config, { ...request, token });
    },
  };
}

const broken: Answer = {
  kind: "problem",
  problem: { status: 502, code: "internal", retry: "later", facts: undefined },
};

const wantsFinger: Answer = {
  kind: "problem",
  problem: { status: 401, code: fingerWanted, retry: "later", facts: undefined },
};

/** The handset's statement for a session: header and body as the host checks them. */
async function signStatement(
  handset: Exclude<Handset, FingerHandset>,
  { audience, nonce }: { readonly audience: string; readonly nonce: string },
): Promise<string> {
  const { jkt } = handset.answer.terms;
  const head = canonicalize({ alg: "ES256", kid: jkt, typ: "vestibule-session+jwt" });
  const body = sessionBody({ jkt, audience, nonce });
  const input = `${base64url(utf8(head))}.${base64url(utf8(body))}`;
  return `${input}.${base64url(await signWith(handset.key, utf8(input)))}`;
}
