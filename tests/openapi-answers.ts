import type { RegisteredRoute } from "@vestibule/server/testing";
import { Errors } from "typebox/schema";

/** What came back of a request. */
export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** How an answer differs from what the document says of its route; undefined = in nothing. */
export function describedWrongly(
  document: unknown,
  route: RegisteredRoute,
  { statusCode, headers, body }: Answer,
): string | undefined {
  const path = route.url.replace(/:(\w+)/g, "{$1}");
  const responses = at(document, "paths", path, route.method.toLowerCase(), "responses");
  const response = at(responses, String(statusCode)) ?? at(responses, `${String(statusCode)[0]}XX`);
  const [type = ""] = String(headers["content-type"]).split(";");
  if (statusCode >= 400 && type !== "application/problem+json" && route.url !== "/d/:sticker")
    return `a fault as ${type}`;
  if (response === undefined) return "no such status";
  const schema = at(response, "content", "application/json", "schema");
  if (type === "text/html" || type === "text/csv" || type === "text/plain") return undefined;
  if (schema === undefined) return "no schema";
  const whole = { ...Object(schema), components: at(document, "components") };
  const [fits, faults] = Errors(whole, JSON.parse(body));
  return fits ? undefined : JSON.stringify(faults);
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path)
    found = typeof found === "object" && found !== null ? Reflect.get(found, name) : undefined;
  return found;
}
