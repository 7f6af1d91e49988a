import type { TimeSetting } from "@vestibule/ui";
import { createContext, use } from "react";
import type { BuildingDetail } from "../api/buildings.ts";
import type { LineState } from "../live/live-feed.ts";
import type { BoxRefusal, DoorTold } from "../live/use-building-live.ts";

/** What every page of a building stands on. */
export interface InBuilding {
  readonly building: BuildingDetail;
  /** How times are said here: in the building's zone. */
  readonly time: TimeSetting;
  readonly line: LineState;
  readonly told: ReadonlyMap<string, DoorTold>;
  /** Papers that boxes refused since this page was opened. */
  readonly refusals: readonly BoxRefusal[];
  /** Whether the own role may change it. */
  readonly canChange: boolean;
}

export const BuildingContext = createContext<InBuilding | undefined>(undefined);

/** The building in view. */
export function useBuilding(): InBuilding {
  const found = use(BuildingContext);
  if (found === undefined) throw new Error("a building's page outside its building");
  return found;
}
