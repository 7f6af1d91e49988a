import { type AdmittedCarrier, describeSchedule, type Entrance } from "@vestibule/core";
import { entryRetentionMs } from "../platform/retention-limits.ts";
import { Html, html } from "./html.ts";
import type { PageFacts } from "./page-facts.ts";
import { pageStyle } from "./page-style.ts";
import { lawItems, type PageLocale, type PageWords, pageWords } from "./page-words.ts";
import { zoneSentence } from "./time-zone-words.ts";

/** A tap as the sticker writes it. */
export interface PageTap {
  readonly e: string;
  readonly c: string;
}

/** How the page is asked for. */
export interface PageRequest {
  readonly locale: PageLocale;
  readonly tap: PageTap | undefined;
  /** Origin of the drivers' app, where this host knows one. */
  readonly driverOrigin: string | undefined;
}

const retentionDays = entryRetentionMs / 86_400_000;

/** The building page: a notice on a door, for anybody, without a script. */
export function buildingPage(facts: PageFacts, request: PageRequest): string {
  const { locale } = request;
  const words = pageWords(locale);
  const { building, entrance } = facts;
  const door = entrance.label === entrance.ent ? words.kinds[entrance.kind] : entrance.label;
  return document(locale, {
    title: words.title(door, building.name),
    head: html`<p>Vestibule</p><nav><a href="?lang=${words.other.language}${tapQuery(request.tap)}" hreflang="${words.other.language}" lang="${words.other.language}">${words.other.name}</a></nav>`,
    body: html`
<h1>${words.title(door, building.name)}</h1>
<p class="place">${building.address}</p>
${facts.demo ? note(words.demo) : undefined}
${building.proved ? undefined : note(words.claimed)}
${tapSection(facts, request, words)}
${whoSection(facts, locale, words)}
${sinceSection(facts, locale, words)}
${facts.terms === undefined ? undefined : presenceSection(facts.terms, words)}
${boxSection(facts, locale, words)}
<section><h2>${words.buzzer}</h2><p>${words.buzzerStays}</p></section>
${partiesSection(facts, words)}
${lawSection(facts, words)}
<section><h2>${words.manager}</h2><p>${words.managedBy(facts.manager)}</p>${
      facts.contact === undefined ? undefined : html`<p>${words.contact(facts.contact)}</p>`
    }</section>`,
    foot:
      building.bld === undefined
        ? undefined
        : html`<footer><p>${words.identity("")}<code>${building.bld}</code></p></footer>`,
  });
}

/** Another language keeps the tap. */
function tapQuery(tap: PageTap | undefined): string {
  return tap === undefined ? "" : `&e=${tap.e}&c=${tap.c}`;
}

/** What a sticker that no door has shows. */
export function unknownStickerPage(locale: PageLocale): string {
  const [title, why, what] = pageWords(locale).unknown;
  const body = html`<h1>${title}</h1><p>${why}</p><p>${what}</p>`;
  return document(locale, { title, head: html`<p>Vestibule</p>`, body, foot: undefined });
}

function document(
  locale: PageLocale,
  parts: {
    readonly title: string;
    readonly head: Html;
    readonly body: Html;
    readonly foot: Html | undefined;
  },
): string {
  const { title, head, body, foot } = parts;
  return html`<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><meta name="color-scheme" content="light dark"><title>${title}</title><style>${new Html(pageStyle)}</style></head><body><header>${mark}${head}</header><main>${body}</main>${foot}</body></html>`
    .text;
}

const mark = html`<svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true"><g fill="none" stroke="currentColor" stroke-width="2.4" stroke-linejoin="round"><path d="M7 3.5h18v25H7z"/><path d="M11.5 8.5h9v20h-9z"/></g><circle cx="17.6" cy="19" r="1.9" fill="currentColor"/></svg>`;
const onSign = html`<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><circle cx="8" cy="8" r="6" fill="currentColor"/></svg>`;
const offSign = html`<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="M2 2h12v12H2z" fill="currentColor"/></svg>`;

function note([title, text]: readonly [string, string]): Html {
  return html`<p class="note"><strong>${title}</strong> ${text}</p>`;
}

/** Hands a tap on to the drivers' app: a link, never a redirect, and nothing goes with it but the tap. */
function tapSection(
  { entranceId, building }: PageFacts,
  { tap, driverOrigin }: PageRequest,
  words: PageWords,
): Html | undefined {
  if (tap === undefined) return undefined;
  if (driverOrigin === undefined || !building.proved)
    return html`<p class="tap">${words.tap.none}</p>`;
  const to = `${driverOrigin}/#tap=${entranceId}&e=${tap.e}&c=${tap.c}`;
  return html`<p class="tap">${words.tap.note}</p><a class="go" rel="noreferrer" href="${to}">${words.tap.driver}</a>`;
}

function whoSection(facts: PageFacts, locale: PageLocale, words: PageWords): Html {
  const carriers = facts.inForce?.carriers ?? [];
  const said =
    carriers.length === 0
      ? html`<p>${words.nobody}</p>`
      : html`${carrierList(carriers, facts, { locale, words })}<p>${words.parcel}</p>`;
  return html`<section><h2>${words.who}</h2>${said}</section>`;
}

interface Language {
  readonly locale: PageLocale;
  readonly words: PageWords;
}

/** Carriers one after the other; whose clock their hours are on is said once where it is one clock. */
function carrierList(
  carriers: readonly AdmittedCarrier[],
  { names }: Pick<PageFacts, "names">,
  { locale, words }: Language,
): Html {
  const zones = new Set(carriers.map(({ tz }) => tz));
  const eachOwn = carriers.length === 1 || zones.size > 1;
  const parts = carriers.map((carrier) => {
    const { root, domain, clearance, tz } = carrier;
    const name = names.get(root);
    const heading = name === undefined ? domain : html`${name} <span>${domain}</span>`;
    const purposes = carrier.purposes.map((purpose) => words.purposes[purpose]);
    const vetters = new Set(clearance.map((vetter) => partyText(vetter, names)));
    // The schedule's own last sentence names the zone as programs do.
    const hours = describeSchedule(carrier, locale).slice(0, -1);
    const said = eachOwn ? [...hours, zoneSentence(tz, locale)] : hours;
    return html`<div class="carrier"><h3>${heading}</h3><p>${words.onlyFor(join(purposes, words))} ${said.join(" ")}</p><p>${words.clearedBy(join([...vetters], words))}</p></div>`;
  });
  const [zone] = zones;
  const clock = eachOwn || zone === undefined ? undefined : zoneSentence(zone, locale);
  return html`${parts}${clock === undefined ? undefined : html`<p>${clock}</p>`}`;
}

/** A party as a sentence names it. */
function partyText(
  { root, domain }: { readonly root: string; readonly domain: string },
  names: PageFacts["names"],
): string {
  const name = names.get(root);
  return name === undefined ? domain : `${name} (${domain})`;
}

function sinceSection(facts: PageFacts, locale: PageLocale, words: PageWords): Html {
  const { inForce, pending, building } = facts;
  const when = (seconds: number) => timeText(seconds * 1000, { locale, zone: building.timeZone });
  const now =
    inForce === undefined
      ? html`<p>${words.noPolicy}</p>`
      : html`<p>${words.sinceWhen(when(inForce.from))}</p>`;
  const changes = pending.map(({ carriers, from }) => {
    const list =
      carriers.length === 0
        ? html`<p>${words.pendingNobody}</p>`
        : carrierList(carriers, facts, { locale, words });
    return html`<div class="note"><strong>${words.pending(when(from))}</strong>${list}</div>`;
  });
  return html`<section><h2>${words.since}</h2>${now}${changes.length > 0 ? changes : html`<p>${words.unchanged}</p>`}</section>`;
}

/** The phone chooses, so a door is only as strong as its weakest way. */
export function weakestPresence({ presence, noTap }: Pick<Entrance, "presence" | "noTap">) {
  if (presence === "none" || noTap === "none") return "none";
  return presence === "ble" || noTap === "ble" ? "ble" : "nfc";
}

function presenceSection(terms: Entrance, words: PageWords): Html {
  return html`<section><h2>${words.presence}</h2><p>${words.presenceOf[weakestPresence(terms)]}</p></section>`;
}

function boxSection({ box, building }: PageFacts, locale: PageLocale, words: PageWords): Html {
  const zone = building.timeZone;
  const [sign, state, text] =
    box.kind === "online"
      ? ([onSign, "on", words.boxOnline] as const)
      : ([
          offSign,
          "off",
          box.kind === "none"
            ? words.boxNone
            : box.sinceMs === undefined
              ? words.boxNeverSeen
              : words.boxSilent(timeText(box.sinceMs, { locale, zone })),
        ] as const);
  return html`<section><h2>${words.box}</h2><p class="state ${state}">${sign}<span>${text}</span></p></section>`;
}

function partiesSection({ host, overlaps }: PageFacts, words: PageWords): Html {
  const lines = overlaps.map(({ domain, roles }) =>
    words.overlap(
      domain,
      join(
        roles.map((role) => words.roles[role] ?? role),
        words,
      ),
    ),
  );
  const said = lines.length > 0 ? lines : [words.noOverlap];
  return html`<section><h2>${words.parties}</h2><p>${words.hostIs(host)}</p>${said.map((line) => html`<p>${line}</p>`)}</section>`;
}

function lawSection(facts: PageFacts, words: PageWords): Html {
  const { manager, host, inForce, apps, updates, names } = facts;
  const carriers = inForce?.carriers ?? [];
  const called = ({ root, domain }: { readonly root: string; readonly domain: string }) => {
    const name = names.get(root);
    return name === undefined ? domain : `${name}, ${domain}`;
  };
  const vetters = carriers.flatMap(({ clearance }) => clearance.map(called));
  const texts = words.lawTexts({
    manager,
    host,
    apps,
    updates,
    carriers: carriers.map(called),
    vetters: [...new Set(vetters)],
    retentionDays,
  });
  const items = lawItems.map(
    (item) => html`<div><dt>${words.lawTitles[item]}</dt><dd>${texts[item]}</dd></div>`,
  );
  return html`<section><h2>${words.law}</h2><dl class="law">${items}</dl></section>`;
}

/** A time as people say it, in the building's zone. */
function timeText(
  ms: number,
  { locale, zone }: { readonly locale: PageLocale; readonly zone: string },
): string {
  return new Intl.DateTimeFormat(locale === "es" ? "es-US" : "en-US", {
    timeZone: zone,
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "numeric",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(new Date(ms));
}

function join(items: readonly string[], { and }: Pick<PageWords, "and">): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")}${and}${last}`;
}
