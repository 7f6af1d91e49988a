/** The demonstration's street: eleven houses, three of them with a sticker, one a real vestibule. */
export const zone = "America/New_York";

export interface Town {
  readonly id: string;
  readonly name: string;
  readonly number: string;
  readonly address: string;
  readonly boxes: readonly {
    readonly ent: string;
    readonly kind: "street" | "lobby";
    readonly label: string;
    readonly sensing: "contact" | "current" | "none";
  }[];
  readonly units: readonly string[];
}

const street = "Linden Street, Brooklyn";

/** A house without a box. */
function plain(number: string): Town {
  return {
    id: `house-${number}`,
    name: `${number} Linden Street`,
    number,
    address: `${number} ${street}`,
    boxes: [],
    units: [],
  };
}

/** The houses from left to right. Sensing differs on purpose: each has its own truth. */
export const town: readonly Town[] = [
  plain("2"),
  {
    id: "house-4",
    name: "4 Linden Street",
    number: "4",
    address: `4 ${street}`,
    boxes: [{ ent: "street", kind: "street", label: "Street door", sensing: "contact" }],
    units: ["1", "2", "3", "4"],
  },
  plain("6"),
  plain("8"),
  plain("10"),
  {
    id: "house-12",
    name: "12 Linden Street",
    number: "12",
    address: `12 ${street}`,
    boxes: [
      { ent: "street", kind: "street", label: "Street door", sensing: "contact" },
      { ent: "lobby", kind: "lobby", label: "Lobby door", sensing: "contact" },
    ],
    units: ["1A", "1B", "2A", "2B", "3A", "3B", "4A", "4B"],
  },
  plain("14"),
  plain("16"),
  {
    id: "house-18",
    name: "18 Linden Street",
    number: "18",
    address: `18 ${street}`,
    boxes: [{ ent: "street", kind: "street", label: "Street door", sensing: "none" }],
    units: ["1", "2", "3"],
  },
  plain("20"),
  plain("22"),
];

/** Who is waiting for parcels; invented. */
export const recipients = [
  "A. Moreno",
  "J. Okafor",
  "L. Petrov",
  "M. Chen",
  "S. Rossi",
  "T. Nguyen",
  "K. Haddad",
  "R. Silva",
] as const;
