export { may, type Role, roles } from "../access/access.ts";
export type { RegisteredRoute } from "../platform/http/app.ts";
export { idPattern, newId } from "../platform/ids.ts";
export { anyKey, type DomainApp, type SettledBuilding, settleBuilding } from "./domain-app.ts";
export { arrive, asPerson, type TestPerson } from "./people.ts";
export { testDriverOrigin } from "./test-app.ts";
export { type TestDatabase, testDatabase } from "./test-database.ts";
export { handsetHeaders, wholeApp } from "./whole-app.ts";
