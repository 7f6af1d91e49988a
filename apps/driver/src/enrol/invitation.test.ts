import { encodeBase64url, utf8 } from "@vestibule/core";
import { enrolmentUrl } from "@vestibule/sdk";
import { describe, expect, it } from "vitest";
import { readInvitation } from "./invitation.ts";

const root = encodeBase64url(new Uint8Array(32).fill(7));
const other = encodeBase64url(new Uint8Array(32).fill(8));
const link = {
  id: encodeBase64url(new Uint8Array(16)),
  secret: encodeBase64url(new Uint8Array(16).fill(3)),
  terms: { app: "driver.example", car: root, clr: other, drv: "drv-004217", uv: false },
  host: "https://host.example",
  until: 1_900_000_000,
};
const here = { origin: "https://driver.example", apiOrigin: "https://host.example" };
const fragment = (changed: object = {}) =>
  new URL(enrolmentUrl("https://driver.example", { ...link, ...changed })).hash;

describe("readInvitation", () => {
  it("reads a vetter's link, and the names in it", () => {
    const names = { carrier: "ups.example", vetter: "clearance.example" };
    expect(readInvitation(fragment(), here)).toMatchObject({ kind: "invitation" });
    const read = readInvitation(fragment({ names }), here);
    expect(read).toMatchObject({ invitation: { names } });
  });

  it("refuses a link made for another app or another host", () => {
    const app = { ...here, origin: "https://driver.examp1e" };
    expect(readInvitation(fragment(), app)).toEqual({ kind: "refused", why: "other-app" });
    const host = { ...here, apiOrigin: "https://other.example" };
    expect(readInvitation(fragment(), host)).toEqual({ kind: "refused", why: "other-host" });
  });

  it("takes one that asks for a finger only where a door could check the finger", () => {
    const uv = fragment({ terms: { ...link.terms, uv: true } });
    expect(readInvitation(uv, here)).toMatchObject({ kind: "invitation" });
    for (const origin of ["http://driver.example", "https://driver.example:8443"])
      expect(readInvitation(uv, { ...here, origin })).toEqual({ kind: "refused", why: "finger" });
  });

  it("refuses junk", () => {
    for (const junk of ["#enrol=", "#enrol=%%%", `#enrol=${encodeBase64url(utf8("{}"))}`])
      expect(readInvitation(junk, here)).toEqual({ kind: "refused", why: "malformed" });
  });
});
