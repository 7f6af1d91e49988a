import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeSecret } from "@vestibule/controller";
import { type Static, Type } from "typebox";
import { Check } from "typebox/value";

const housePlan = Type.Object(
  {
    /** Begins the idempotency key of every request that sets this house up. */
    key: Type.String({ pattern: "^[A-Za-z0-9_-]{16,64}$" }),
    /** The signed first policy; a second signature would be another text. */
    policy: Type.String(),
    bld: Type.String(),
  },
  { additionalProperties: false },
);
const planFile = Type.Record(Type.String(), housePlan);

/** What setting a house up sends, chosen before the first request. */
export type HousePlan = Static<typeof housePlan>;

/** Plans of houses that are being set up: a start that was killed says the same again, and gets the same answers. */
export interface SeedPlans {
  /** The plan of a house, made and kept on disk at the first call. */
  readonly of: (house: string, make: () => HousePlan) => HousePlan;
  /** Everything stands: the plans are of no more use. */
  readonly remove: () => void;
}

/** Opens the plans of a data folder. */
export function seedPlans(data: string): SeedPlans {
  const path = join(data, "seeding.json");
  const value: unknown = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
  let plans = Check(planFile, value) ? value : {};
  return {
    of: (house, make) => {
      const known = plans[house];
      if (known !== undefined) return known;
      const plan = make();
      plans = { ...plans, [house]: plan };
      writeSecret(path, JSON.stringify(plans));
      return plan;
    },
    remove: () => rmSync(path, { force: true }),
  };
}
