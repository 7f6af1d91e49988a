import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Type } from "typebox";
import type { App } from "../platform/http/app.ts";
import { HttpFault } from "../platform/http/problem.ts";

const file = import.meta.resolve(
  "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2",
);
const font = readFileSync(new URL(file));
const name = createHash("sha256").update(font).digest("base64url").slice(0, 16);

/** The page's letters, read once at start: those of every other page, from this host alone. */
export const pageFont = {
  path: `/d/letters/${name}`,
  bytes: font.byteLength,
  face: `@font-face{font-family:"Atkinson Hyperlegible Next Variable";font-weight:200 800;font-display:swap;src:url(/d/letters/${name}) format("woff2")}`,
} as const;

/** Serves the letters; their address is their hash, so a phone fetches them once. */
export function registerPageFont(app: App): void {
  app.get(
    "/d/letters/:name",
    {
      config: { action: "page.read" },
      schema: {
        summary: "The building page's letters",
        params: Type.Object({ name: Type.String({ maxLength: 64 }) }),
        response: { 200: Type.Unsafe<Buffer>({ type: "string", format: "binary" }) },
      },
    },
    async (request, reply) => {
      if (request.params.name !== name) throw new HttpFault("not-found");
      return reply
        .type("font/woff2")
        .headers({
          "cache-control": "public, max-age=31536000, immutable",
          "cross-origin-resource-policy": "same-origin",
        })
        .send(font);
    },
  );
}
