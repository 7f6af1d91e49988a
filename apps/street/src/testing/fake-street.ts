import type { DoorState, Parcel } from "../feed.ts";

/** Where the fake world's pages live; nothing is served there. */
export const driverOrigin = "http://driver.localhost:4599";

interface FakeHouse {
  readonly number: string;
  readonly name: string;
  readonly doors: readonly (readonly [
    label: string,
    kind: string,
    state: DoorState,
    sensing: string,
  ])[];
}

const houses: readonly FakeHouse[] = [
  { number: "41", name: "The Linden", doors: [] },
  { number: "43", name: "Marlow House", doors: [] },
  { number: "45", name: "The Alder", doors: [["Front door", "street", "locked", "contact"]] },
  { number: "47", name: "Tenement 47", doors: [] },
  { number: "49", name: "Vandam Gable", doors: [] },
  {
    number: "51",
    name: "The Vestibule",
    doors: [
      ["Street", "street", "locked", "contact"],
      ["Lobby door", "lobby", "locked", "current"],
    ],
  },
  { number: "53", name: "Sage House", doors: [] },
  { number: "55", name: "The Corner", doors: [] },
  { number: "57", name: "Limestone Row", doors: [["Front door", "street", "locked", "none"]] },
  { number: "59", name: "Number 59", doors: [] },
  { number: "61", name: "Green Tenement", doors: [] },
];

/** A state as the demo serves it, with some doors moved. @param at ISO 8601 instant of the clock */
export function fakeState(at: string, moved: Readonly<Record<string, DoorState>> = {}) {
  return {
    buildings: houses.map((house, index) => ({
      id: `bld_${index}`,
      name: house.name,
      address: `${house.number} Barrow Street, New York 10014`,
      number: house.number,
      hasSticker: house.doors.length > 0,
      doors: house.doors.map(([label, kind, state, sensing], door) => {
        const id = `ent_${index}_${door}`;
        // One bought lock, and one strike that was slowed before this page was opened.
        const strike = house.number === "45" ? "matter" : "virtual";
        const fault = kind === "lobby" ? "slow" : "none";
        return { id, label, kind, sensing, strike, fault, state: moved[id] ?? state };
      }),
      managerUrl: house.doors.length > 0 ? "http://console.localhost:4599/" : null,
      buildingPageUrl: house.doors.length > 0 ? `/b/${house.number}` : null,
      time: at,
      zone: "America/New_York",
    })),
    links: {
      driverPhone: `${driverOrigin}/`,
      console: "http://console.localhost:4599/",
      labels: "/labels.html",
    },
  };
}

/** Parcels with numbers whose check digits hold (docs/facts: labels). */
export const fakeParcels: readonly Parcel[] = [
  parcel({
    id: "p1",
    carrier: "UPS",
    code: "1Z999AA10123456784",
    symbology: "code128",
    unit: "3R",
  }),
  parcel({
    id: "p2",
    carrier: "USPS",
    code: "420787459400111206206406260787",
    symbology: "gs1-128",
    unit: "2F",
  }),
  parcel({
    id: "p3",
    carrier: "FedEx",
    code: "1001921334250001000300779017972697",
    symbology: "code128",
    unit: "4L",
  }),
  parcel({
    id: "p4",
    carrier: "Amazon",
    code: "TBA010000000000",
    symbology: "datamatrix",
    unit: "1R",
  }),
  parcel({
    id: "p5",
    carrier: "Depot freight",
    code: "00106141412345678908",
    symbology: "gs1-128",
    unit: "5F",
  }),
];

function parcel(own: Pick<Parcel, "id" | "carrier" | "code" | "symbology" | "unit">): Parcel {
  return {
    ...own,
    recipient: "R. Okafor",
    address: "51 Barrow Street",
    driver: "Sam",
    status: "On the van",
  };
}
