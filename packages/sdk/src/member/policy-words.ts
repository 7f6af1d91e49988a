import type { Policy } from "@vestibule/core";

/** The languages that policies are shown in. */
export type Locale = "en" | "es";

type Entrance = Policy["entrances"][number];
type Limits = Policy["limits"];

/** The sentences of a policy. One function per sentence, so that both languages say the same. */
export interface PolicyWords {
  readonly place: (name: string, address: string) => string;
  readonly demo: string;
  readonly identity: (ver: number, bld: string | undefined) => string;
  readonly valid: (from: string, until: string, acceptBy: string) => string;
  readonly kinds: Readonly<Record<Entrance["kind"], string>>;
  readonly presence: Readonly<Record<Entrance["presence"], string>>;
  readonly noTap: Readonly<Record<Entrance["noTap"], string>>;
  readonly sensing: Readonly<Record<Entrance["sensing"], string>>;
  readonly purposes: Readonly<Record<"deliver" | "collect" | "round", string>>;
  readonly entrance: (ent: string, kind: string, purposes: string) => string;
  readonly box: (ctl: string, seal: string, sticker: string | undefined) => string;
  readonly path: (ents: string) => string;
  readonly nobody: string;
  readonly carrier: (domain: string, purposes: string, doors: string) => string;
  readonly cleared: (vetters: string) => string;
  readonly cap: (count: number) => string;
  readonly rootOf: (domain: string, root: string) => string;
  readonly member: (id: string, key: string, copied: boolean) => string;
  readonly paperKey: string;
  readonly page: (origin: string, rpId: string) => string;
  readonly quorum: (members: number, origins: number) => string;
  readonly notice: (duration: string) => string;
  readonly host: (domain: string) => string;
  readonly log: (vkey: string) => string;
  readonly witnesses: (k: number, names: string) => string;
  readonly limits: (limits: Limits) => readonly string[];
  readonly offline: (duration: string) => string;
  readonly apps: (domains: string) => string;
  readonly finger: (needed: boolean) => string;
  readonly software: (k: number, signers: string) => string;
  readonly recovery: (sign: string, seal: string) => string;
  readonly overlap: (domain: string, roles: string) => string;
  readonly duration: (seconds: number) => string;
  readonly and: string;
  readonly months: readonly string[];
  readonly added: string;
  readonly removed: string;
  readonly before: string;
  readonly now: string;
}

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** Milliseconds in seconds as people write them: "5 seconds", "2.5 seconds". */
function secondsOf(
  ms: number,
  word: { readonly one: string; readonly many: string; readonly mark: string },
): string {
  const text = String(ms / 1_000).replace(".", word.mark);
  return `${text} ${ms === 1_000 ? word.one : word.many}`;
}

function duration(seconds: number, units: readonly (readonly [string, string])[]): string {
  const sizes = [86_400, 3_600, 60, 1];
  const parts = sizes.flatMap((size, index) => {
    const rest = index === 0 ? seconds : seconds % (sizes[index - 1] ?? 1);
    const count = Math.floor(rest / size);
    const [one, many] = units[index] ?? ["", ""];
    return count === 0 ? [] : [plural(count, one, many)];
  });
  return parts.length === 0 ? plural(0, ...(units[3] ?? ["", ""])) : parts.join(" ");
}

const english: PolicyWords = {
  place: (name, address) => `This policy is for ${name}, ${address}.`,
  demo: "This is a demonstration building: fewer signatures and no public log are needed.",
  identity: (ver, bld) =>
    bld === undefined
      ? `It is version ${ver}, the building's first policy.`
      : `It is version ${ver} for the building ${bld}.`,
  valid: (from, until, acceptBy) =>
    `It begins on ${from}, ends on ${until}, and must reach the doors by ${acceptBy}.`,
  kinds: {
    gate: "gate",
    street: "street door",
    lobby: "lobby door",
    mailroom: "mail room",
    locker: "locker",
    unit: "unit door",
    garage: "garage door",
  },
  presence: {
    nfc: "It opens after a tap on its sticker.",
    ble: "It opens for a phone that its box hears by Bluetooth.",
    none: "It opens without proof that anybody stands before it.",
  },
  noTap: {
    refuse: "A phone that cannot tap is refused.",
    ble: "A phone that cannot tap may be heard by Bluetooth instead.",
    none: "A phone that cannot tap may open it without proof that anybody stands before it.",
  },
  sensing: {
    contact: "A contact tells whether it opened.",
    current: "The strike's current tells whether it was released.",
    none: "Nothing tells whether it opened.",
  },
  purposes: { deliver: "deliver", collect: "collect", round: "walk the post's daily round" },
  entrance: (ent, kind, purposes) => `Entrance “${ent}” (${kind}) may be used to ${purposes}.`,
  box: (ctl, seal, sticker) =>
    `Its box has the key ${ctl} and the seal ${seal}${sticker === undefined ? "" : `; its sticker is ${sticker}`}.`,
  path: (ents) => `One way in leads through ${ents}, in this order.`,
  nobody: "No carrier may enter.",
  carrier: (domain, purposes, doors) => `${domain} may come to ${purposes}, through ${doors}.`,
  cleared: (vetters) => `Its drivers must be cleared by ${vetters}.`,
  cap: (count) => `It may open doors at most ${plural(count, "time", "times")} an hour.`,
  rootOf: (domain, root) => `${domain} is known by the root key ${root}.`,
  member: (id, key, copied) =>
    `${id} signs with ${key}${copied ? ", which may be copied between devices" : ""}.`,
  paperKey: "a paper key",
  page: (origin, rpId) => `a passkey of ${rpId} at ${origin}`,
  quorum: (members, origins) =>
    `A change needs the signatures of ${plural(members, "member", "members")}, made on pages of ${plural(origins, "independent party", "independent parties")}.`,
  notice: (time) => `A change takes effect ${time} after it was announced.`,
  host: (domain) => `${domain} runs the host.`,
  log: (vkey) => `Grants and policies are published in the log ${vkey}.`,
  witnesses: (k, names) => `${k} of these witnesses must agree: ${names}.`,
  limits: (limits) => [
    `A door is released for ${secondsOf(limits.release_ms, { one: "second", many: "seconds", mark: "." })} at a time.`,
    `A parcel opens each entrance ${plural(limits.openings, "time", "times")} a day, on at most ${plural(limits.days, "day", "days")}.`,
    `Within ${limits.retry.s} s it may be tried again ${plural(limits.retry.n, "time", "times")}.`,
    `A phone may make ${plural(limits.per_handset, "attempt", "attempts")} an hour, and ${plural(limits.wrong_codes, "wrong code", "wrong codes")} in a shift.`,
  ],
  offline: (time) =>
    `A box that has heard nothing new for ${time}, or has just restarted, shuts to carriers.`,
  apps: (domains) => `Drivers may use the app of ${domains}.`,
  finger: (needed) =>
    needed
      ? "The driver's finger is needed for each opening."
      : "The driver's finger is not needed for an opening.",
  software: (k, signers) =>
    k === 0 && signers === ""
      ? "No release signers are named."
      : `New software for the boxes needs ${k} of these signers: ${signers}.`,
  recovery: (sign, seal) => `The recovery paper is ${sign}, with the seal ${seal}.`,
  overlap: (domain, roles) => `${domain} is one party in several roles: ${roles}.`,
  duration: (seconds) =>
    duration(seconds, [
      ["day", "days"],
      ["hour", "hours"],
      ["minute", "minutes"],
      ["second", "seconds"],
    ]),
  and: " and ",
  months: [
    ...["January", "February", "March", "April", "May", "June", "July"],
    ...["August", "September", "October", "November", "December"],
  ],
  added: "New:",
  removed: "No longer:",
  before: "Until now:",
  now: "From then on:",
};

const spanish: PolicyWords = {
  place: (name, address) => `Esta política es para ${name}, ${address}.`,
  demo: "Es un edificio de demostración: bastan menos firmas y no hace falta registro público.",
  identity: (ver, bld) =>
    bld === undefined
      ? `Es la versión ${ver}, la primera política del edificio.`
      : `Es la versión ${ver} para el edificio ${bld}.`,
  valid: (from, until, acceptBy) =>
    `Empieza el ${from}, termina el ${until} y debe llegar a las puertas antes del ${acceptBy}.`,
  kinds: {
    gate: "verja",
    street: "puerta de calle",
    lobby: "puerta del vestíbulo",
    mailroom: "cuarto de correo",
    locker: "casillero",
    unit: "puerta de vivienda",
    garage: "puerta del garaje",
  },
  presence: {
    nfc: "Se abre tras tocar su etiqueta.",
    ble: "Se abre para un teléfono que su caja oye por Bluetooth.",
    none: "Se abre sin prueba de que haya alguien delante.",
  },
  noTap: {
    refuse: "Un teléfono que no puede tocarla es rechazado.",
    ble: "Un teléfono que no puede tocarla puede ser oído por Bluetooth.",
    none: "Un teléfono que no puede tocarla puede abrirla sin prueba de que haya alguien delante.",
  },
  sensing: {
    contact: "Un contacto indica si se abrió.",
    current: "La corriente de la cerradura indica si se liberó.",
    none: "Nada indica si se abrió.",
  },
  purposes: { deliver: "entregar", collect: "recoger", round: "hacer la ronda diaria del correo" },
  entrance: (ent, kind, purposes) => `La entrada «${ent}» (${kind}) sirve para ${purposes}.`,
  box: (ctl, seal, sticker) =>
    `Su caja tiene la clave ${ctl} y el sello ${seal}${sticker === undefined ? "" : `; su etiqueta es ${sticker}`}.`,
  path: (ents) => `Un camino de entrada pasa por ${ents}, en este orden.`,
  nobody: "Ningún transportista puede entrar.",
  carrier: (domain, purposes, doors) => `${domain} puede venir a ${purposes}, por ${doors}.`,
  cleared: (vetters) => `Sus repartidores deben estar autorizados por ${vetters}.`,
  cap: (count) => `Puede abrir puertas como máximo ${plural(count, "vez", "veces")} por hora.`,
  rootOf: (domain, root) => `${domain} se reconoce por la clave raíz ${root}.`,
  member: (id, key, copied) =>
    `${id} firma con ${key}${copied ? ", que puede copiarse entre dispositivos" : ""}.`,
  paperKey: "una clave en papel",
  page: (origin, rpId) => `una llave de acceso de ${rpId} en ${origin}`,
  quorum: (members, origins) =>
    `Un cambio necesita las firmas de ${plural(members, "miembro", "miembros")}, hechas en páginas de ${plural(origins, "parte independiente", "partes independientes")}.`,
  notice: (time) => `Un cambio entra en vigor ${time} después de anunciarse.`,
  host: (domain) => `${domain} lleva el servidor.`,
  log: (vkey) => `Los permisos y las políticas se publican en el registro ${vkey}.`,
  witnesses: (k, names) => `Deben coincidir ${k} de estos testigos: ${names}.`,
  limits: (limits) => [
    `Una puerta se libera durante ${secondsOf(limits.release_ms, { one: "segundo", many: "segundos", mark: "," })} cada vez.`,
    `Un paquete abre cada entrada ${plural(limits.openings, "vez", "veces")} al día, como máximo en ${plural(limits.days, "día", "días")}.`,
    `Dentro de ${limits.retry.s} s puede intentarse de nuevo ${plural(limits.retry.n, "vez", "veces")}.`,
    `Un teléfono puede hacer ${plural(limits.per_handset, "intento", "intentos")} por hora y ${plural(limits.wrong_codes, "código erróneo", "códigos erróneos")} por turno.`,
  ],
  offline: (time) =>
    `Una caja que no ha oído nada nuevo durante ${time}, o que acaba de reiniciarse, se cierra a los transportistas.`,
  apps: (domains) => `Los repartidores pueden usar la aplicación de ${domains}.`,
  finger: (needed) =>
    needed
      ? "Cada apertura necesita el dedo del repartidor."
      : "Una apertura no necesita el dedo del repartidor.",
  software: (k, signers) =>
    k === 0 && signers === ""
      ? "No se nombran firmantes de versiones."
      : `El programa nuevo de las cajas necesita ${k} de estos firmantes: ${signers}.`,
  recovery: (sign, seal) => `El papel de recuperación es ${sign}, con el sello ${seal}.`,
  overlap: (domain, roles) => `${domain} es una sola parte con varias funciones: ${roles}.`,
  duration: (seconds) =>
    duration(seconds, [
      ["día", "días"],
      ["hora", "horas"],
      ["minuto", "minutos"],
      ["segundo", "segundos"],
    ]),
  and: " y ",
  months: [
    ...["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio"],
    ...["agosto", "septiembre", "octubre", "noviembre", "diciembre"],
  ],
  added: "Nuevo:",
  removed: "Ya no:",
  before: "Hasta ahora:",
  now: "Desde entonces:",
};

/** The words of each language. */
export const policyWords: Readonly<Record<Locale, PolicyWords>> = { en: english, es: spanish };
