import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type HttpFaultCode, httpFaults } from "@vestibule/core/faults";
import { newId } from "../platform/ids.ts";

/** A problem document for whom the HTTP side never saw; in English, since nothing of his was read. */
function problemOf(code: HttpFaultCode, status: number, nowMs: number): string {
  const { en, retry } = httpFaults[code];
  const request = newId("request", nowMs);
  return JSON.stringify({ type: `/reference#${code}`, title: en, status, code, retry, request });
}

/** Says "not ready" without asking anything that may be held up. */
export function sayNotReady(response: ServerResponse, nowMs: number): void {
  const { status } = httpFaults["not-ready"];
  response.writeHead(status, {
    "content-type": "application/problem+json; charset=utf-8",
    "cache-control": "no-store",
    "retry-after": "1",
  });
  response.end(problemOf("not-ready", status, nowMs));
}

/** Node's own words for a request that is no HTTP, too slow or too long in its head. */
const unreadable: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, "Request Header Fields Too Large"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "Request Timeout"],
};

/** Answers what could not be read as a request, and ends the connection. */
export function refuseUnreadable(error: Error, socket: Duplex, nowMs: number): void {
  const code = "code" in error ? String(error.code) : "";
  if (code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason] = unreadable[code] ?? [400, "Bad Request"];
  const body = problemOf("request-invalid", status, nowMs);
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nconnection: close\r\n` +
      `content-type: application/problem+json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
