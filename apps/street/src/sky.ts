import { hourIn } from "@vestibule/ui";

export type Sky = "day" | "dusk" | "night";

/**
 * The sky over the street by a building's clock.
 *
 * @param zone IANA zone of the building.
 * @param atMs epoch milliseconds.
 */
export function skyAt(zone: string, atMs: number): Sky {
  const hour = hourIn(zone, atMs);
  if (hour >= 20 || hour < 6) return "night";
  if (hour >= 17 || hour < 7) return "dusk";
  return "day";
}
