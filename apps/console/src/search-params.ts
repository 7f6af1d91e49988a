import { isObject } from "@vestibule/sdk/wire";

/** The address's query as a page reads it: texts only, whatever somebody typed there. */
export function textParam(search: unknown, name: string): string | undefined {
  const value = isObject(search) ? search[name] : undefined;
  return typeof value === "string" && value !== "" && value.length <= 400 ? value : undefined;
}

/** Only a path of this console may be gone to after signing in: never another site. */
export function safeNext(next: string | undefined): string {
  if (next === undefined || !next.startsWith("/") || next.startsWith("//")) return "/";
  return next.includes("\\") ? "/" : next;
}
