import { createServer, type IncomingMessage } from "node:http";
import {
  type AcceptedKeyset,
  assignmentBody,
  badgeBody,
  openKeyset,
  openPaper,
} from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import type { PublicBuilding } from "@vestibule/sdk";
import { enrolmentAnswer } from "@vestibule/sdk/answers";

const crypto = nodeCrypto();

/** A host of a few routes that checks papers by core, for the tests of this package. */
export interface FakeHost {
  readonly origin: string;
  /** Buildings by what the directory is asked; a test may change it. */
  readonly directory: Map<string, readonly PublicBuilding[]>;
  /** Every body that arrived, as text. */
  readonly received: string[];
  /** Verified assignments by hash, in the order of their first arrival. */
  readonly assignments: Map<string, string>;
  readonly badges: string[];
  /** Answers the next uploads of assignments with this status. */
  failWith: number | undefined;
  /** Hangs up on uploads from now on, as a network does that is gone. */
  gone: boolean;
  /** How many uploads of assignments arrived, answered or not. */
  uploads: number;
  /** How many of the next requests of any kind are answered 429. */
  busy: number;
  readonly close: () => Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** Starts one on a free port. */
export async function startFakeHost(): Promise<FakeHost> {
  const keysets: AcceptedKeyset[] = [];
  const enrolments = new Map<string, unknown>();
  const host = {
    origin: "",
    directory: new Map<string, readonly PublicBuilding[]>(),
    received: [] as string[],
    assignments: new Map<string, string>(),
    badges: [] as string[],
    failWith: undefined as number | undefined,
    busy: 0,
    gone: false,
    uploads: 0,
    close: async () => undefined,
  };
  const keyOf = (kid: string) =>
    keysets.map(({ keys }) => keys.get(kid)?.jwk).find((jwk) => jwk !== undefined);
  const answer = (method: string, url: URL, text: string): Reply => {
    const body = text === "" ? {} : JSON.parse(text);
    const route = `${method} ${url.pathname}`;
    if (host.busy > 0) {
      host.busy -= 1;
      return problem(429, "rate-limited");
    }
    if (route === "GET /api/directory") {
      const asked = url.searchParams.get("address") ?? url.searchParams.get("code") ?? "";
      return { status: 200, body: host.directory.get(asked) ?? [] };
    }
    if (route === "POST /api/keysets") {
      const opened = openKeyset({ crypto }, body.text);
      if (opened.kind === "refused") return problem(400, opened.code);
      keysets.push(opened.keyset);
      return { status: 201, body: {} };
    }
    if (route === "POST /api/badges") {
      const opened = openPaper(
        { crypto },
        { kind: "badge", text: body.text, body: badgeBody },
        keyOf,
      );
      if (opened.kind === "refused") return problem(400, opened.refusal.code);
      host.badges.push(body.text);
      return { status: 201, body: {} };
    }
    if (route === "POST /api/enrolments") {
      const read = enrolmentAnswer(body, "");
      enrolments.set(read.id, read);
      return { status: 201, body: {} };
    }
    if (url.pathname.startsWith("/api/enrolments/")) {
      const found = enrolments.get(url.pathname.split("/")[3] ?? "");
      return found === undefined ? problem(404, "not-found") : { status: 200, body: found };
    }
    if (route === "POST /api/assignments") {
      if (host.failWith !== undefined) return problem(host.failWith, "internal");
      const opened = openPaper(
        { crypto },
        { kind: "assignment", text: body.text, body: assignmentBody },
        keyOf,
      );
      if (opened.kind === "refused") return problem(400, opened.refusal.code);
      const known = host.assignments.has(opened.hash);
      host.assignments.set(opened.hash, body.text);
      const id = `asg_${"0".repeat(26)}`;
      const grants = opened.body.pep.map(({ ctl }) => ({ ctl, ents: ["street"] }));
      return { status: 200, body: { id, grants, kept: opened.body.parcels.length, known } };
    }
    return problem(404, "not-found");
  };
  const server = createServer((request, response) => {
    void readAll(request).then((text) => {
      if (text !== "") host.received.push(text);
      const url = new URL(request.url ?? "/", "http://host");
      if (url.pathname === "/api/assignments") host.uploads += 1;
      if (host.gone && request.method === "POST") {
        response.destroy();
        return;
      }
      const reply = answer(request.method ?? "GET", url, text);
      const later = reply.status === 429 ? { "retry-after": "0" } : {};
      response.writeHead(reply.status, { "content-type": "application/json", ...later });
      response.end(JSON.stringify(reply.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  host.origin = `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}`;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return Object.assign(host, { close });
}

function problem(status: number, code: string): Reply {
  const retry = status === 429 ? "later" : "never";
  return { status, body: { type: "", title: code, status, code, retry } };
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
