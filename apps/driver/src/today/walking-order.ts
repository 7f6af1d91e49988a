import type { Building, Entrance } from "../api/today.ts";

/** Kinds as one meets them from the pavement inwards. */
const inwards: readonly Entrance["kind"][] = [
  "gate",
  "street",
  "lobby",
  "garage",
  "mailroom",
  "locker",
  "unit",
];

/** A building's doors as one walks: along its policy's paths, the longest first, then by kind. */
export function inWalkingOrder({
  entrances,
  paths,
}: Pick<Building, "entrances" | "paths">): readonly Entrance[] {
  const walked = [...new Set(paths.toSorted((a, b) => b.length - a.length).flat())];
  const rank = ({ ent, kind }: Entrance): number => {
    const step = walked.indexOf(ent);
    return step >= 0 ? step : walked.length + inwards.indexOf(kind);
  };
  return entrances.toSorted((a, b) => rank(a) - rank(b));
}
