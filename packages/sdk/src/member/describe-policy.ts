import { describeSchedule, overlapsOf, type Policy, paperOrigin } from "@vestibule/core";
import { type Locale, type PolicyWords, policyWords } from "./policy-words.ts";

/** One subject of a policy with its sentences; the same key in two versions is the same subject. */
export interface PolicySection {
  /** `place`, `carrier:<root>`, `entrance:<ent>`, `member:<id>`, ... */
  readonly key: string;
  readonly sentences: readonly string[];
}

/** What a policy says, in sentences, subject by subject. Every field has its place in one of them. */
export function policySections(policy: Policy, locale: Locale): readonly PolicySection[] {
  const said = policyWords[locale];
  return [
    { key: "place", sentences: placeOf(policy, said) },
    ...carriersOf(policy, said, locale),
    ...policy.entrances.map((entrance) => ({
      key: `entrance:${entrance.ent}`,
      sentences: entranceOf(entrance, said),
    })),
    ...(policy.paths.length === 0
      ? []
      : [{ key: "paths", sentences: policy.paths.map((path) => said.path(path.join(" > "))) }]),
    {
      key: "apps",
      sentences: [said.apps(list(policy.apps.domains, said)), said.finger(policy.apps.uv)],
    },
    { key: "limits", sentences: said.limits(policy.limits) },
    { key: "offline", sentences: [said.offline(said.duration(policy.offline.max_stale_s))] },
    ...policy.members.map((member) => ({
      key: `member:${member.id}`,
      sentences: memberOf(member, said),
    })),
    {
      key: "quorum",
      sentences: [
        said.quorum(policy.quorum.members, policy.quorum.origins),
        said.notice(said.duration(policy.notice_s)),
      ],
    },
    { key: "host", sentences: hostOf(policy, said) },
    {
      key: "software",
      sentences: [said.software(policy.software.k, list(policy.software.signers, said))],
    },
    { key: "recovery", sentences: [said.recovery(policy.recovery.sign, policy.recovery.seal)] },
    { key: "term", sentences: termOf(policy, said) },
  ];
}

/**
 * A policy in sentences: what a member reads before he signs, and what the building page shows. The
 * words are ours alone, so that every engine shows every signer the same.
 */
export function describePolicy(policy: Policy, locale: Locale): readonly string[] {
  return policySections(policy, locale).flatMap(({ sentences }) => sentences);
}

function placeOf({ place, demo }: Policy, said: PolicyWords): readonly string[] {
  const sentence = said.place(place.name, place.address);
  return demo === true ? [sentence, said.demo] : [sentence];
}

function carriersOf(policy: Policy, said: PolicyWords, locale: Locale): readonly PolicySection[] {
  if (policy.carriers.length === 0) return [{ key: "carriers", sentences: [said.nobody] }];
  return policy.carriers.map((carrier) => ({
    key: `carrier:${carrier.root}`,
    sentences: [
      said.carrier(
        carrier.domain,
        list(
          carrier.purposes.map((purpose) => said.purposes[purpose]),
          said,
        ),
        list(
          carrier.ents.map((ent) => doorName(policy, ent, said)),
          said,
        ),
      ),
      said.cleared(
        list(
          carrier.clearance.map(({ domain }) => domain),
          said,
        ),
      ),
      ...describeSchedule(carrier, locale),
      said.cap(carrier.cap),
      ...[carrier, ...carrier.clearance].map(({ domain, root }) => said.rootOf(domain, root)),
    ],
  }));
}

function doorName(policy: Policy, ent: string, said: PolicyWords): string {
  const kind = policy.entrances.find((entrance) => entrance.ent === ent)?.kind;
  return kind === undefined ? `“${ent}”` : `“${ent}” (${said.kinds[kind]})`;
}

function entranceOf(entrance: Policy["entrances"][number], said: PolicyWords): readonly string[] {
  const purposes = list(
    entrance.purposes.map((purpose) => said.purposes[purpose]),
    said,
  );
  return [
    said.entrance(entrance.ent, said.kinds[entrance.kind], purposes),
    said.presence[entrance.presence],
    said.noTap[entrance.noTap],
    said.sensing[entrance.sensing],
    said.box(entrance.ctl, entrance.seal, entrance.uidHash),
  ];
}

function memberOf({ id, keys }: Policy["members"][number], said: PolicyWords): readonly string[] {
  return keys.map(({ origin, rpId, be, cred, jwk }) => {
    const place = origin === paperOrigin ? said.paperKey : said.page(origin, rpId);
    const point = jwk.kty === "EC" ? `${jwk.x}.${jwk.y}` : jwk.x;
    return said.member(id, `${place} [${rpId} ${cred} ${point}]`, be);
  });
}

function hostOf(policy: Policy, said: PolicyWords): readonly string[] {
  const { host, log, witnesses } = policy;
  const named = (witnesses?.of ?? []).map(({ domain, vkey }) => `${domain} (${vkey})`);
  return [
    said.host(host.domain),
    said.rootOf(host.domain, host.root),
    ...(log === undefined ? [] : [said.log(log)]),
    ...(witnesses === undefined ? [] : [said.witnesses(witnesses.k, list(named, said))]),
    ...overlapsOf(policy).map(({ domain, roles }) => said.overlap(domain, list(roles, said))),
  ];
}

function termOf(policy: Policy, said: PolicyWords): readonly string[] {
  const day = (seconds: number) => dateIn(seconds, said);
  return [
    said.identity(policy.ver, policy.bld),
    said.valid(day(policy.from), day(policy.until), day(policy.accept_by)),
  ];
}

/** `18 November 2026, 15:00 UTC`. */
function dateIn(seconds: number, said: PolicyWords): string {
  const [date = "", time = ""] = new Date(seconds * 1_000).toISOString().split("T");
  const [year = "", month = "", day = ""] = date.split("-");
  const name = said.months[Number(month) - 1] ?? month;
  const clock = time.slice(0, seconds % 60 === 0 ? 5 : 8);
  const isEnglish = said === policyWords.en;
  const words = isEnglish ? [Number(day), name, year] : [Number(day), "de", name, "de", year];
  return `${words.join(" ")}, ${clock} UTC`;
}

function list(items: readonly string[], said: PolicyWords): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")}${said.and}${last}`;
}
