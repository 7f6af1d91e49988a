import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Action } from "../../access/access.ts";
import { contextFor } from "../../people/principal.ts";
import { type Context, type DatabaseTransaction, inContext, setContext } from "../database.ts";
import type { AppDependencies } from "./app.ts";
import { HttpFault } from "./problem.ts";

type Part = Pick<AppDependencies, "databases" | "now">;
type Use<T> = (transaction: DatabaseTransaction) => Promise<T>;

/** The context that a request's principal and action give. @throws HttpFault `not-allowed` */
export function requestContext(request: FastifyRequest): Context {
  const context = contextFor(request.principal, requiredAction(request));
  if (!context)
    throw new HttpFault(
      request.principal.kind === "anonymous" ? "sign-in-required" : "not-allowed",
    );
  return context;
}

/** One transaction for a request that is about no single building. */
export function inRequest<T>(dependencies: Part, request: FastifyRequest, use: Use<T>): Promise<T> {
  return inContext(dependencies.databases.app, requestContext(request), use);
}

/**
 * One transaction about one building. A person reaches it only through an organization in which his
 * role allows the route's action; to anybody else it is as if it did not exist.
 *
 * @throws HttpFault `not-found`
 */
export function inBuilding<T>(
  dependencies: Part,
  { request, buildingId }: BuildingRequest,
  use: Use<T>,
): Promise<T> {
  return inRequest(dependencies, request, async (transaction) => {
    await enterBuilding(transaction, { request, buildingId });
    return use(transaction);
  });
}

/** A request and the building it names. */
export interface BuildingRequest {
  readonly request: FastifyRequest;
  readonly buildingId: string;
}

async function enterBuilding(
  transaction: DatabaseTransaction,
  { request, buildingId }: BuildingRequest,
): Promise<void> {
  const context = requestContext(request);
  if (context.organizations === undefined) {
    // Strangers and the operator name it themselves; what they may see of it their routes say.
    if (context.role !== "anonymous" && context.role !== "operator")
      throw new HttpFault("not-allowed");
    await setContext(transaction, { ...context, buildings: [buildingId] });
  }
  const found = await transaction
    .selectFrom("building")
    .select("id")
    .where("id", "=", buildingId)
    .executeTakeFirst();
  if (!found) throw new HttpFault("not-found");
  await setContext(transaction, { ...context, buildings: [buildingId] });
}

/** What a creating request answers. */
export interface Created {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A creating request; `buildingId` where it is about one. */
export interface CreatingRequest {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly buildingId?: string;
}

/**
 * Runs a creating POST once per Idempotency-Key of its principal and sends its answer: the key is
 * kept in the transaction that creates, so either both are there or neither. The same request again
 * gets the same answer; two at once wait for each other.
 *
 * @throws HttpFault `idempotency-key-invalid`, or `idempotency-key-reused` for another request.
 */
export async function createOnce(
  dependencies: Part,
  creating: CreatingRequest,
  create: Use<Created>,
): Promise<void> {
  const { request, reply, buildingId } = creating;
  const key = parseKey(request.headers["idempotency-key"]);
  const principal = requestContext(request).principal ?? "";
  const hash = requestHash(request);
  const answer = await inRequest(dependencies, request, async (transaction) => {
    const first = await transaction
      .insertInto("idempotency_key")
      .values({
        principal,
        key,
        request_hash: hash,
        status: null,
        response: "null",
        created_at: new Date(dependencies.now()),
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (first.numInsertedOrUpdatedRows !== 1n)
      return replay(transaction, { principal, key, hash, reply });
    if (buildingId !== undefined) await enterBuilding(transaction, { request, buildingId });
    const { status, body } = await create(transaction);
    await transaction
      .updateTable("idempotency_key")
      .set({ status, response: JSON.stringify(body) })
      .where("principal", "=", principal)
      .where("key", "=", key)
      .execute();
    reply.code(status);
    return body;
  });
  // Only now: what is answered is committed.
  reply.send(answer);
}

interface Replay {
  readonly principal: string;
  readonly key: string;
  readonly hash: string;
  readonly reply: FastifyReply;
}

async function replay(
  transaction: DatabaseTransaction,
  { principal, key, hash, reply }: Replay,
): Promise<unknown> {
  const known = await transaction
    .selectFrom("idempotency_key")
    .selectAll()
    .where("principal", "=", principal)
    .where("key", "=", key)
    .executeTakeFirstOrThrow();
  if (known.request_hash !== hash) throw new HttpFault("idempotency-key-reused");
  reply.code(known.status ?? 200).header("idempotency-replayed", "true");
  return known.response;
}

function parseKey(header: string | string[] | undefined): string {
  if (typeof header === "string" && /^[A-Za-z0-9_-]{16,128}$/.test(header)) return header;
  throw new HttpFault("idempotency-key-invalid");
}

function requestHash(request: FastifyRequest): string {
  return createHash("sha256")
    .update(JSON.stringify([request.method, request.url, request.body ?? null]))
    .digest("base64url");
}

function requiredAction(request: FastifyRequest): Action {
  const action = request.routeOptions.config.action;
  if (action === undefined) throw new Error("a route without an action");
  return action;
}
