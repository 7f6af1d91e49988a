import { type Crypto, paperHash, type RootRole } from "@vestibule/core";
import type { Answer } from "../wire/fault.ts";
import { anything, list } from "../wire/reader.ts";
import type { Send } from "../wire/transport.ts";
import {
  type AssignmentKept,
  assignmentKept,
  badgeText,
  type EnrolmentAnswer,
  enrolmentAnswer,
  type HandsetJwk,
  type PublicBuilding,
  policyTexts,
  publicBuilding,
} from "./answers.ts";

/** What carriers and vetters call. Each upload proves itself by the paper's own signature. */
export interface CarrierCalls {
  /** Proved buildings at an address or with a building code. */
  readonly directory: (
    by: { readonly address: string } | { readonly code: string },
  ) => Promise<Answer<readonly PublicBuilding[]>>;
  readonly building: (bld: string) => Promise<Answer<PublicBuilding>>;
  /** Every accepted policy of a building, genesis first. */
  readonly policies: (bld: string) => Promise<Answer<readonly string[]>>;
  readonly uploadKeyset: (keyset: {
    readonly text: string;
    readonly role: RootRole;
  }) => Promise<Answer<unknown>>;
  readonly uploadBadge: (badge: {
    readonly text: string;
    readonly handset: HandsetJwk;
  }) => Promise<Answer<unknown>>;
  /** `units`: one label per parcel; for opt-outs and notices, to the host alone. */
  readonly uploadAssignment: (assignment: {
    readonly text: string;
    readonly units?: readonly (string | null)[];
  }) => Promise<Answer<AssignmentKept>>;
  /** The handset's answer to an enrolment link, once it came. */
  readonly enrolment: (id: string) => Promise<Answer<EnrolmentAnswer>>;
  /** Carries the handset's answer to the vetter. */
  readonly answerEnrolment: (answer: EnrolmentAnswer) => Promise<Answer<unknown>>;
  /** The badge that came of an enrolment. */
  readonly enrolledBadge: (id: string) => Promise<Answer<string>>;
}

/** Makes the calls; the same paper twice is the same request, so its hash is the Idempotency-Key. */
export function carrierCalls(crypto: Crypto, send: Send): CarrierCalls {
  const key = (text: string) => ({ idempotencyKey: paperHash(crypto, text) });
  return {
    directory: (by) => {
      const query = new URLSearchParams({ ...by });
      return send({ method: "GET", path: `/api/directory?${query}`, read: list(publicBuilding) });
    },
    building: (bld) =>
      send({ method: "GET", path: `/api/public/buildings/${part(bld)}`, read: publicBuilding }),
    policies: async (bld) => {
      const path = `/api/public/buildings/${part(bld)}/policies`;
      const answer = await send({ method: "GET", path, read: policyTexts });
      return answer.kind === "fault" ? answer : { ...answer, value: answer.value.policies };
    },
    uploadKeyset: (body) =>
      send({ method: "POST", path: "/api/keysets", body, read: anything, ...key(body.text) }),
    uploadBadge: (body) =>
      send({ method: "POST", path: "/api/badges", body, read: anything, ...key(body.text) }),
    uploadAssignment: (body) =>
      send({
        method: "POST",
        path: "/api/assignments",
        body,
        read: assignmentKept,
        ...key(body.text),
      }),
    enrolment: (id) =>
      send({ method: "GET", path: `/api/enrolments/${part(id)}`, read: enrolmentAnswer }),
    answerEnrolment: (body) =>
      send({
        method: "POST",
        path: "/api/enrolments",
        body,
        read: anything,
        // The same answer sent again after a lost reply must not count as a second one.
        idempotencyKey: body.mac,
      }),
    enrolledBadge: async (id) => {
      const path = `/api/enrolments/${part(id)}/badge`;
      const answer = await send({ method: "GET", path, read: badgeText });
      return answer.kind === "fault" ? answer : { ...answer, value: answer.value.badge };
    },
  };
}

const part = encodeURIComponent;
