import type { PageWords } from "./page-words.ts";

/** The building page in English. */
export const pageWordsEn: PageWords = {
  kinds: {
    gate: "Gate",
    street: "Street door",
    lobby: "Lobby door",
    mailroom: "Mail room",
    locker: "Locker",
    unit: "Apartment door",
    garage: "Garage",
  },
  purposes: {
    deliver: "deliver parcels",
    collect: "collect parcels",
    round: "walk the daily mail round",
  },
  other: { language: "es", name: "Español" },
  title: (door, building) => `${door} of ${building}`,
  demo: [
    "This is a demonstration.",
    "Its keys are made for show and its rules may change within a minute. It guards no real door.",
  ],
  claimed: [
    "Nobody has proved yet that they may decide for this building.",
    "Until then no carrier is sent here and this door opens to none.",
  ],
  tap: {
    driver: "I deliver a parcel",
    note: "You tapped the sticker. Drivers go on in their own app; this page opens no door.",
    none: "You tapped the sticker. This page opens no door.",
  },
  who: "Who may open this door",
  nobody: "No carrier may open this door.",
  clearedBy: (vetters) => `Each driver's background was checked by ${vetters}.`,
  onlyFor: (purposes) => `Only to ${purposes}.`,
  since: "Since when",
  sinceWhen: (when) => `These rules have held since ${when}.`,
  noPolicy: "The people of this building have not signed any rules yet, so nobody may open it.",
  pending: (when) => `The rules change on ${when}. From then on:`,
  pendingNobody: "No carrier may open this door.",
  unchanged: "No change is announced.",
  presence: "How a driver shows to be here",
  presenceOf: {
    nfc: "By a tap on this sticker. Without a tap the door stays shut.",
    ble: "By a tap, or by a phone in the reach of the door's radio: the radio is the weaker of the two.",
    none: "A phone that cannot tap may simply say that it is here. That proves nothing.",
  },
  parcel:
    "And only with a parcel in hand that belongs here: its label must be one that the carrier announced.",
  box: "The box at this door",
  boxOnline: "Online now.",
  boxSilent: (when) => `Silent since ${when}. While it is silent, carriers use the buzzer.`,
  boxNeverSeen: "It has not reported yet. Carriers use the buzzer.",
  boxNone: "No box serves this door.",
  buzzer: "The buzzer stays as it is",
  buzzerStays:
    "Buzzer, keys and the handle inside work as before, with or without this system. Nothing here can keep anybody in. Residents need no account, and their coming and going is not recorded.",
  parties: "Who has a part in this",
  hostIs: (domain) => `The host that runs this page is ${domain}.`,
  overlap: (domain, roles) => `${domain} is one party in several roles: ${roles}.`,
  noOverlap: "Host, carriers and background checkers are separate parties.",
  roles: {
    host: "host",
    carrier: "carrier",
    vetter: "background checker",
    app: "maker of the drivers' app",
    witness: "witness",
  },
  law: "What is kept, and for how long",
  lawTitles: {
    data: "What is recorded",
    parties: "Who else handles it",
    safeguards: "How it is protected",
    retention: "How long it is kept",
    breach: "If somebody gets at it",
    destruction: "How it is destroyed",
    people: "How people are added and removed",
  },
  lawTexts: ({ manager, host, carriers, vetters, apps, retentionDays, updates }) => ({
    data: "Of drivers: a number that the background checker gave them, their phone's public key, the time, door and outcome of each attempt, and which parcels of the list they held. Of residents: unit labels, and who wants no deliveries inside. No names of drivers or residents, no places, no pictures, no tracking numbers.",
    parties: `${list([`${host} (host)`, ...carriers.map((name) => `${name} (carrier)`), ...vetters.map((name) => `${name} (background checks)`), ...apps.map((name) => `${name} (drivers' app)`)])}. Ask each of them for its own privacy policy.`,
    safeguards: `What travels is signed, and the numbers on parcels are sealed to the door. A door opens only when the building, the background checker, the carrier, the host and the driver's phone have each signed. There are no passwords to steal. ${updates ? "The box's software is updated only when at least two keepers have signed." : "The box takes no software from afar."}`,
    retention: `Entries are deleted ${retentionDays} days after they were made, at the latest. A driver's number and key go ${retentionDays} days after their last use.`,
    breach: `Whoever notices it tells ${manager}. The building's rules are changed so that the keys concerned count no longer, and everybody whose data is concerned is told without delay.`,
    destruction: `Every hour a job deletes what has reached its end, in the database and with it in later backups.`,
    people: `Members sign the building's rules together; a change is announced here before it counts. A carrier's driver is added by a checked badge that ends by itself; a carrier is removed by a change of the rules. A resident opts out by telling ${manager}; no reason is asked.`,
  }),
  manager: "Questions and complaints",
  managedBy: (manager) => `This building is looked after by ${manager}.`,
  contact: (contact) => `Reach them at ${contact}.`,
  identity: (bld) => `This building's identity, for carriers: ${bld}`,
  unknown: [
    "No door has this address",
    "The sticker may have been replaced, or the address was not copied whole. Look for a newer sticker on the buzzer.",
    "Drivers: use the buzzer. Managers: the console shows the address of each sticker.",
  ],
  and: " and ",
};

function list(items: readonly string[]): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join("; ")} and ${last}`;
}
