import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import type { FrontState, Origins } from "./demo.ts";
import type { Site } from "./front.ts";
import type { DemoMember } from "./member.ts";
import { registerMember } from "./member-routes.ts";
import type { Owner } from "./owner.ts";
import { registerStreet } from "./street-api.ts";
import type { StreetDoors } from "./street-doors.ts";
import type { Tags } from "./tags/tags-client.ts";
import { town, zone } from "./town.ts";

const apps = join(import.meta.dirname, "../../../../apps");
const self =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'self'";

export interface SiteParts {
  readonly origins: Origins;
  readonly doors: StreetDoors;
  readonly tags: Tags;
  readonly member: DemoMember;
  readonly owner: Owner;
  readonly state: FrontState;
}

/** The three addresses of the demonstration. The driver's origin serves no byte of the host's. */
export function sitesOf({
  origins,
  doors,
  tags,
  member,
  owner,
  state,
}: SiteParts): readonly Site[] {
  const socket = (origin: string) => origin.replace(/^http/, "ws");
  return [
    {
      name: "vestibule",
      folder: join(apps, "street/dist"),
      proxied: ["/api", "/d", "/live", "/openapi.json", "/reference", "/health", "/ready"],
      csp: `${self}; connect-src 'self' ${socket(origins.host)}; frame-src ${origins.host} ${origins.driver}; frame-ancestors 'none'`,
      register: (app) => {
        registerStreet(app, {
          houses: () => housesOf(state),
          doors,
          tags,
          zone,
          origins,
          parcels: () => state.dispatch?.parcels() ?? [],
          phoneAddress: () => state.dispatch?.phoneAddress() ?? origins.driver,
        });
        registerPhone(app, state);
      },
    },
    {
      name: "driver",
      folder: join(apps, "driver/dist"),
      proxied: [],
      csp: `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; manifest-src 'self'; connect-src 'self' ${origins.host} ${socket(origins.host)}; base-uri 'none'; form-action 'none'; frame-ancestors ${origins.host}`,
      register: (app) => {
        app.get("/config.json", () => ({
          apiOrigin: origins.host,
          streetOrigin: origins.host,
          inviteUrl: `${origins.host}/demo/phone`,
          demo: true,
        }));
      },
    },
    {
      name: "console",
      folder: join(apps, "console/dist"),
      proxied: ["/api"],
      csp: `default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; manifest-src 'self'; connect-src 'self' ${socket(origins.console)}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
      register: (app) => registerMember(app, { member, owner }),
    },
  ];
}

/** One more phone: a fresh invitation each time, and straight on to the driver's app. */
function registerPhone(app: FastifyInstance, state: FrontState): void {
  app.get("/demo/phone", async (_request, reply) => {
    const link = await state.dispatch?.inviteAnother();
    return link === undefined
      ? reply.code(503).send({ title: "The demo is still starting", status: 503 })
      : reply.header("cache-control", "no-store").redirect(link);
  });
}

function housesOf({ seeded }: FrontState) {
  return town.map((house) => {
    const known = seeded?.houses.find((candidate) => candidate.house === house.id);
    const [first] = house.boxes;
    const path = first === undefined ? undefined : known?.stickers[first.ent];
    const tag = first === undefined ? "" : `${house.id}-${first.ent}`;
    return {
      id: house.id,
      name: house.name,
      address: house.address,
      number: house.number,
      sticker: path === undefined ? undefined : { path, tag },
      stickers: house.boxes.map((box) => ({
        ent: box.ent,
        path: known?.stickers[box.ent],
        tag: `${house.id}-${box.ent}`,
      })),
      doors: house.boxes.map((box) => `${house.id}-${box.ent}`),
    };
  });
}
