import type { Answer } from "../wire/fault.ts";
import { anything, type Reader } from "../wire/reader.ts";
import { newIdempotencyKey, type Send } from "../wire/transport.ts";
import {
  adoption,
  type Building,
  type BuildingDetail,
  buildingDetail,
  buildings,
  type ControllerOffer,
  created,
  offers,
  type Page,
  type PolicyVersion,
  page,
  policies,
  type SigningKey,
  signingKeys,
  type Unit,
  units,
} from "./building-answers.ts";

/** The logs of a building that are read page by page. */
export type BuildingLog = "visits" | "attempts" | "receipts";

/** What the console calls, with the cookie of a signed-in person. */
export interface BuildingCalls {
  readonly list: () => Promise<Answer<readonly Building[]>>;
  readonly create: (building: {
    readonly name: string;
    readonly address: string;
    readonly tz: string;
    readonly organizationId: string;
  }) => Promise<Answer<string>>;
  readonly read: (id: string) => Promise<Answer<BuildingDetail>>;
  readonly policies: (id: string) => Promise<Answer<readonly PolicyVersion[]>>;
  /** Offers a signed policy: the envelope's canonical text. */
  readonly offerPolicy: (id: string, text: string) => Promise<Answer<unknown>>;
  readonly registerController: (id: string, ctl: string) => Promise<Answer<unknown>>;
  /** Boxes that wait, connected and unclaimed. */
  readonly offers: () => Promise<Answer<readonly ControllerOffer[]>>;
  /** Hands the page's adoption to the box; the claim secret itself is never sent. */
  readonly adopt: (
    id: string,
    adopt: { readonly ctl: string; readonly nonce: string; readonly mac: string },
  ) => Promise<Answer<ReturnType<typeof adoption>>>;
  readonly units: (id: string) => Promise<Answer<readonly Unit[]>>;
  readonly addUnit: (id: string, label: string) => Promise<Answer<string>>;
  readonly removeUnit: (id: string, unitId: string) => Promise<Answer<unknown>>;
  readonly log: (id: string, log: BuildingLog, after?: string) => Promise<Answer<Page>>;
  readonly signingKeys: () => Promise<Answer<readonly SigningKey[]>>;
  readonly addSigningKey: (key: {
    readonly label: string;
    readonly registration: object;
  }) => Promise<Answer<unknown>>;
}

const root = "/api/buildings";
const of = (id: string, rest = "") => `${root}/${encodeURIComponent(id)}${rest}`;

/** Makes the calls. */
export function buildingCalls(send: Send): BuildingCalls {
  const get = <T>(path: string, read: Reader<T>) => send({ method: "GET", path, read });
  const post = <T>(path: string, body: object, read: Reader<T>) =>
    send({ method: "POST", path, body, read, idempotencyKey: newIdempotencyKey() });
  return {
    list: async () => pick(await get(root, buildings), ({ buildings: found }) => found),
    create: async (building) => pick(await post(root, building, created), ({ id }) => id),
    read: (id) => get(of(id), buildingDetail),
    policies: async (id) =>
      pick(await get(of(id, "/policies"), policies), ({ policies: found }) => found),
    offerPolicy: (id, text) => post(of(id, "/policies"), { text }, anything),
    registerController: (id, ctl) => post(of(id, "/controllers"), { ctl }, anything),
    offers: async () =>
      pick(await get("/api/controllers/offers", offers), ({ offers: found }) => found),
    adopt: (id, { ctl, ...body }) =>
      post(of(id, `/controllers/${encodeURIComponent(ctl)}/adopt`), body, adoption),
    units: async (id) => pick(await get(of(id, "/units"), units), ({ units: found }) => found),
    addUnit: async (id, label) =>
      pick(await post(of(id, "/units"), { label }, created), (made) => made.id),
    removeUnit: (id, unitId) =>
      send({
        method: "DELETE",
        path: of(id, `/units/${encodeURIComponent(unitId)}`),
        read: anything,
      }),
    log: (id, log, after) =>
      get(
        of(id, `/${log}${after === undefined ? "" : `?after=${encodeURIComponent(after)}`}`),
        page,
      ),
    signingKeys: async () => pick(await get("/api/signing-keys", signingKeys), ({ keys }) => keys),
    addSigningKey: ({ label, registration }) =>
      post("/api/signing-keys", { label, ...registration }, anything),
  };
}

function pick<T, U>(answer: Answer<T>, from: (value: T) => U): Answer<U> {
  return answer.kind === "fault" ? answer : { kind: "answer", value: from(answer.value) };
}
