import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { FastifyInstance, FastifyReply } from "fastify";
import { Type } from "typebox";
import { Check } from "typebox/value";
import { WebSocketServer } from "ws";
import type { Label } from "./manifest.ts";
import type { StreetDoors } from "./street-doors.ts";
import type { Tags } from "./tags/tags-client.ts";

/** A house of the street; most have no box, as in life. */
export interface House {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly number: string;
  /** Where the sticker's address leads; absent where there is no sticker. */
  readonly sticker: { readonly path: string; readonly tag: string } | undefined;
  /** One per door: a vestibule has two. */
  readonly stickers: readonly {
    readonly ent: string;
    readonly path: string | undefined;
    readonly tag: string;
  }[];
  readonly doors: readonly string[];
}

/** A parcel in somebody's hands on this street. */
export interface StreetParcel extends Label {
  readonly id: string;
  readonly carrier: string;
  readonly recipient: string;
  readonly unit: string;
  readonly address: string;
  readonly driver: string;
}

export interface StreetOptions {
  readonly houses: () => readonly House[];
  readonly doors: StreetDoors;
  readonly tags: Tags;
  readonly parcels: () => readonly StreetParcel[];
  readonly zone: string;
  readonly origins: { readonly host: string; readonly driver: string; readonly console: string };
  /** Where the phone starts: the vetter's invitation while the visitor has not enrolled. */
  readonly phoneAddress: () => string;
}

const fault = Type.Object(
  {
    fault: Type.Union([
      Type.Literal("none"),
      Type.Literal("jammed"),
      Type.Literal("welded"),
      Type.Literal("sensing-lost"),
      Type.Literal("slow"),
    ]),
  },
  { additionalProperties: false },
);
const hold = Type.Object({ held: Type.Boolean() }, { additionalProperties: false });
const switchable = ["jammed", "welded", "sensing-lost", "slow"] as const;
/** Pages that watch the street at most. */
const watchersMax = 64;

/** The picture's own routes; they exist in the demonstration only. */
export function registerStreet(app: FastifyInstance, options: StreetOptions): void {
  app.get("/street/state", () => stateOf(options));
  app.get("/street/parcels", () => options.parcels().map(shownParcel));
  app.post<{ Params: { id: string } }>("/street/stickers/:id/tap", async (request, reply) => {
    const sticker = stickerOf(options.houses(), request.params.id);
    if (sticker === undefined) return missing(reply);
    const { e, c } = await options.tags.tap(sticker.tag);
    return { url: `${options.origins.host}${sticker.path}?e=${e}&c=${c}` };
  });
  app.post<{ Params: { id: string } }>("/street/doors/:id/fault", (request, reply) => {
    const door = options.doors.find(request.params.id)?.door;
    const { body } = request;
    if (door === undefined) return missing(reply);
    if (!Check(fault, body)) return wrong(reply, "fault");
    for (const name of switchable) door.switchFault(name, name === body.fault);
    return reply.code(204).send();
  });
  app.post<{ Params: { id: string } }>("/street/doors/:id/hold", (request, reply) => {
    const door = options.doors.find(request.params.id)?.door;
    const { body } = request;
    if (door === undefined) return missing(reply);
    if (!Check(hold, body)) return wrong(reply, "held");
    door.act(body.held ? "hold" : "close");
    return reply.code(204).send();
  });
}

/** A house's own sticker, at its street door, or that of any of its doors. */
function stickerOf(
  houses: readonly House[],
  id: string,
): { readonly path: string; readonly tag: string } | undefined {
  const house = houses.find((candidate) => candidate.id === id);
  if (house !== undefined) return house.sticker;
  const door = houses.flatMap((candidate) => candidate.stickers).find(({ tag }) => tag === id);
  return door?.path === undefined ? undefined : { path: door.path, tag: door.tag };
}

/** Pushes door changes to whoever looks at the street. */
export function streetLive(
  doors: StreetDoors,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1_024 });
  doors.watch((change) => {
    const text = JSON.stringify(change);
    for (const socket of sockets.clients) if (socket.bufferedAmount < 65_536) socket.send(text);
  });
  return (request, socket, head) => {
    if (request.url?.split("?")[0] !== "/street/live") return false;
    if (sockets.clients.size >= watchersMax) socket.destroy();
    else
      sockets.handleUpgrade(request, socket, head, (opened) =>
        opened.on("error", () => opened.terminate()),
      );
    return true;
  };
}

function stateOf(options: StreetOptions) {
  const { doors, origins, zone } = options;
  return {
    buildings: options.houses().map((house) => ({
      id: house.id,
      name: house.name,
      address: house.address,
      number: house.number,
      hasSticker: house.sticker !== undefined,
      doors: house.doors.map((id) => {
        const door = doors.find(id);
        return {
          id,
          label: door?.label ?? id,
          kind: door?.kind ?? "street",
          sensing: door?.sensing ?? "none",
          strike: door?.strike ?? "virtual",
          fault: doors.faultOf(id),
          state: doors.stateOf(id),
        };
      }),
      managerUrl: house.sticker === undefined ? null : `${origins.console}/demo/sign-in`,
      buildingPageUrl: house.sticker === undefined ? null : `${origins.host}${house.sticker.path}`,
      time: new Date().toISOString(),
      zone,
    })),
    links: {
      driverPhone: options.phoneAddress(),
      console: `${origins.console}/demo/sign-in`,
      labels: `${origins.host}/labels.html`,
    },
  };
}

function shownParcel(parcel: StreetParcel) {
  return {
    id: parcel.id,
    carrier: parcel.form,
    code: parcel.scanned,
    symbology: parcel.symbology,
    recipient: parcel.recipient,
    unit: parcel.unit,
    address: parcel.address,
    driver: parcel.driver,
    status: "in the van",
  };
}

function missing(reply: FastifyReply): FastifyReply {
  return reply
    .code(404)
    .type("application/problem+json")
    .send({ title: "There is no such thing on this street", status: 404, code: "not-found" });
}

function wrong(reply: FastifyReply, field: string): FastifyReply {
  return reply
    .code(400)
    .type("application/problem+json")
    .send({ title: `"${field}" is not as expected`, status: 400, code: "request-invalid", field });
}
