import { createHash } from "node:crypto";
import { httpFaults } from "@vestibule/core/faults";

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1c1c1a;background:#fdfcf9}
h1{font-size:1.8rem}h2{font:600 1.05rem ui-monospace,monospace;margin:2.2rem 0 .3rem;overflow-wrap:anywhere}
pre{background:#f3f0e8;padding:.8rem;overflow-x:auto;font-size:.85rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.35rem .6rem .35rem 0;border-bottom:1px solid #ddd8cc;vertical-align:top}
@media(prefers-color-scheme:dark){body{color:#eceae4;background:#1a1a18}pre{background:#26251f}th,td{border-color:#444138}}`;

/** The page's own content policy: its one style and nothing else. */
export const referencePolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

/** The OpenAPI document as a page that reads without a script. */
export function referencePage(document: unknown): string {
  const paths = entries(member(document, "paths")).flatMap(([path, operations]) =>
    entries(operations).map(([method, operation]) =>
      operationSection(`${method.toUpperCase()} ${path}`, operation),
    ),
  );
  const faults = Object.entries(httpFaults).map(
    ([code, { status, retry, en }]) =>
      `<tr id="${escapeHtml(code)}"><td><code>${escapeHtml(code)}</code></td><td>${status}</td><td>${escapeHtml(en)}</td><td>${retry === "later" ? "again later" : "not as it is"}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Vestibule: the interface</title><style>${style}</style></head><body><main>
<h1>The interface of this Vestibule</h1><p>The same as <a href="/openapi.json">openapi.json</a>, to read.</p>
${paths.join("\n")}
<h1>Faults</h1><p>Every fault is a problem document (RFC 9457) with one of these codes.</p>
<table><thead><tr><th>Code</th><th>Status</th><th>Meaning</th><th>Try</th></tr></thead><tbody>${faults.join("")}</tbody></table>
</main></body></html>`;
}

function operationSection(title: string, operation: unknown): string {
  const summary = member(operation, "summary");
  const body = member(
    member(member(member(operation, "requestBody"), "content"), "application/json"),
    "schema",
  );
  const parameters = member(operation, "parameters");
  const parts = [`<h2>${escapeHtml(title)}</h2>`];
  if (typeof summary === "string") parts.push(`<p>${escapeHtml(summary)}</p>`);
  if (Array.isArray(parameters))
    parts.push(`<pre>${escapeHtml(JSON.stringify(parameters, null, 2))}</pre>`);
  if (body !== undefined) parts.push(`<pre>${escapeHtml(JSON.stringify(body, null, 2))}</pre>`);
  return `<section>${parts.join("")}</section>`;
}

function member(value: unknown, name: string): unknown {
  return entries(value).find(([key]) => key === name)?.[1];
}

function entries(value: unknown): readonly [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
