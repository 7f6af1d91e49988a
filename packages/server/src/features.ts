import type { Crypto } from "@vestibule/core";
import { registerAssignments } from "./assignments/assignment-routes.ts";
import { registerBadges } from "./badges/badge-routes.ts";
import { registerBuildingPage } from "./building-page/page-routes.ts";
import { registerBuildings } from "./buildings/building-routes.ts";
import { registerCarriers } from "./carriers/carrier-routes.ts";
import { registerControllers } from "./controllers/controller-routes.ts";
import { registerDirectory } from "./directory/directory-routes.ts";
import { registerEnrolments } from "./enrolments/enrolment-routes.ts";
import { registerEntrances } from "./entrances/entrance-routes.ts";
import { registerKeysets } from "./keysets/keyset-routes.ts";
import type { KeysetReader } from "./keysets/keyset-store.ts";
import type { Boxes } from "./platform/boxes.ts";
import type { HostKeys } from "./platform/host-keys.ts";
import type { App, AppDependencies, Feature } from "./platform/http/app.ts";
import { registerPolicies } from "./policies/policy-routes.ts";
import type { PolicyReader } from "./policies/read-policies.ts";
import { registerSigningKeys } from "./signing-keys/signing-key-routes.ts";
import { registerUnits } from "./units/unit-routes.ts";

/** What the domain's features need beside the HTTP side; made in `main.ts`. */
export interface DomainPorts {
  readonly boxes: Boxes;
  readonly hostKeys: HostKeys;
  /** Whether this host is a demonstration: buildings founded on it may be one, too. */
  readonly demo: boolean;
  readonly crypto: Crypto;
  readonly policies: PolicyReader;
  readonly keysets: KeysetReader;
}
/** What each feature of the domain is given. */
export type DomainDependencies = AppDependencies & DomainPorts;

/** Registers a capability of the domain. */
export type DomainFeature = (app: App, dependencies: DomainDependencies) => void | Promise<void>;

const features: readonly DomainFeature[] = [
  registerBuildings,
  registerEntrances,
  registerUnits,
  registerControllers,
  registerSigningKeys,
  registerPolicies,
  registerDirectory,
  registerCarriers,
  registerKeysets,
  registerBadges,
  registerEnrolments,
  registerAssignments,
  registerBuildingPage,
];

/** Every feature of the domain, in order, for `buildApp`. */
export function domainFeatures(ports: DomainPorts): readonly Feature[] {
  return features.map(
    (register): Feature =>
      (app, dependencies) =>
        register(app, { ...dependencies, ...ports }),
  );
}
