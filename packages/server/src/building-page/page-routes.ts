import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import type { DomainDependencies } from "../features.ts";
import type { App } from "../platform/http/app.ts";
import { buildingPage, type PageTap, unknownStickerPage } from "./building-page.ts";
import { gatherPage } from "./page-facts.ts";
import { registerPageFont } from "./page-font.ts";
import { pagePolicy } from "./page-style.ts";
import { localeOf } from "./page-words.ts";

const OfSticker = Type.Object({ sticker: Type.String({ maxLength: 64 }) });
// Open: whatever else a phone or an app hangs on the address keeps nobody from the page.
const Asked = Type.Object({
  e: Type.Optional(Type.String({ maxLength: 200 })),
  c: Type.Optional(Type.String({ maxLength: 200 })),
  lang: Type.Optional(Type.String({ maxLength: 20 })),
});

/** The page behind each sticker, for anybody who taps it, scans it or walks by. */
export function registerBuildingPage(app: App, dependencies: DomainDependencies): void {
  const { boxes, config } = dependencies;
  registerPageFont(app);
  app.get(
    "/d/:sticker",
    {
      config: { action: "tap.hand-on", rateLimit: { max: 240, timeWindow: 60_000 } },
      schema: {
        summary: "The building page; with a tap it also hands the tap on",
        params: OfSticker,
        querystring: Asked,
        response: { 200: Type.String(), 404: Type.String() },
      },
    },
    async (request, reply) => {
      const { e, c, lang } = request.query;
      const locale = localeOf(lang, request.headers["accept-language"]);
      const facts = await gatherPage(dependencies, request.params.sticker);
      if (facts === undefined) return send(reply.code(404), locale, unknownStickerPage(locale));
      const tap = readTap(e, c);
      // Whoever tapped: the box learns that this counter is past, so that it cannot be kept for later.
      if (tap !== undefined && facts.box.ctl !== undefined) boxes.noteTap(facts.box.ctl, tap);
      const driverOrigin = config.origins.driver;
      return send(reply, locale, buildingPage(facts, { locale, tap, driverOrigin }));
    },
  );
}

/** The two mirrored parameters, where both have the form that a tag writes. */
function readTap(e: string | undefined, c: string | undefined): PageTap | undefined {
  if (!/^[0-9A-Fa-f]{32}$/.test(e ?? "") || !/^[0-9A-Fa-f]{16}$/.test(c ?? "")) return undefined;
  return { e: (e ?? "").toUpperCase(), c: (c ?? "").toUpperCase() };
}

function send(reply: FastifyReply, locale: string, page: string): FastifyReply {
  return reply
    .type("text/html; charset=utf-8")
    .headers({
      "content-language": locale,
      "cache-control": "no-store",
      "content-security-policy": pagePolicy,
      "referrer-policy": "no-referrer",
      vary: "accept-language",
    })
    .serializer((text: string) => text)
    .send(page);
}
