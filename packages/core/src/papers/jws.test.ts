import fc from "fast-check";
import * as jose from "jose";
import { describe, expect, it } from "vitest";
import { nodeCrypto } from "../crypto/node.ts";
import { generateSigner } from "../crypto/node-keys.ts";
import { thumbprint } from "../crypto/thumbprint.ts";
import { encodeBase64url } from "../encoding/base64url.ts";
import { utf8 } from "../encoding/bytes.ts";
import { type Memo, openPaper, paperHash, readPaper, signingInputOf } from "./jws.ts";
import { paperBytesMax } from "./limits.ts";
import { hash, integer, object } from "./shape.ts";
import { signPaper } from "./sign.ts";

const crypto = nodeCrypto();
const body = object({ iss: hash, n: integer(0, 9) });
const claims = { iss: "A".repeat(43), n: 1 };

function open(text: string, jwk: ReturnType<typeof generateSigner>["jwk"], memo?: Memo) {
  const paper = { kind: "head", text, body } as const;
  const opened = openPaper({ crypto, memo }, paper, () => jwk);
  return opened.kind === "refused" ? opened.refusal.code : opened.kind;
}

describe("a paper", () => {
  it("is a JWS that any library verifies, under a thumbprint that any library computes", async () => {
    for (const alg of ["ES256", "EdDSA"] as const) {
      const signer = generateSigner(alg);
      const text = await signPaper("head", claims, signer);
      const key = await jose.importJWK({ ...signer.jwk }, alg);
      const { payload, protectedHeader } = await jose.compactVerify(text, key);
      expect(JSON.parse(new TextDecoder().decode(payload))).toEqual(claims);
      expect(protectedHeader).toEqual({ alg, kid: signer.kid, typ: "vestibule-head+jwt" });
      expect(await jose.calculateJwkThumbprint({ ...signer.jwk })).toBe(
        thumbprint(crypto, signer.jwk),
      );
      expect(open(text, signer.jwk)).toBe("opened");
    }
  });

  it("is refused for each trick of its header", () => {
    const signer = generateSigner("EdDSA");
    const plain = { alg: "EdDSA", kid: signer.kid, typ: "vestibule-head+jwt" };
    const made = (head: string, payload = JSON.stringify(claims)) => {
      const input = `${encodeBase64url(utf8(head))}.${encodeBase64url(utf8(payload))}`;
      return open(`${input}.${encodeBase64url(signer.sign(utf8(input)))}`, signer.jwk);
    };
    const text = JSON.stringify(plain);
    expect(made(text)).toBe("opened");
    for (const [name, value] of Object.entries({
      jwk: {},
      jku: "https://a.example",
      x5c: [],
      crit: [],
      b64: false,
      zip: "DEF",
      cty: "x",
    }))
      expect(
        made(
          JSON.stringify(
            Object.fromEntries(Object.entries({ ...plain, [name]: value }).toSorted()),
          ),
        ),
        name,
      ).toBe("shape");
    expect(made(JSON.stringify({ ...plain, alg: "none" }))).toBe("alg");
    expect(made(JSON.stringify({ ...plain, alg: "HS256" }))).toBe("alg");
    expect(made(JSON.stringify({ ...plain, alg: "ES256" }))).toBe("alg");
    expect(made(JSON.stringify({ ...plain, typ: "JWT" }))).toBe("typ");
    expect(made(JSON.stringify({ ...plain, typ: "vestibule-grant+jwt" }))).toBe("typ");
    expect(made(JSON.stringify({ ...plain, kid: "A".repeat(43) }))).toBe("kid-unknown");
    expect(made(`{"alg":"none",${text.slice(1)}`)).toBe("shape");
    expect(made(JSON.stringify({ typ: plain.typ, alg: plain.alg, kid: plain.kid }))).toBe("shape");
    expect(made(text, `{"iss":"${claims.iss}","n":1,"n":1}`)).toBe("shape");
    for (const payload of [
      "{}",
      "[]",
      "null",
      "1",
      '{"n":1}',
      ` ${JSON.stringify(claims)}`,
      '{"iss":1,"n":1}',
      `{"iss":"${claims.iss}","n":1.5}`,
      `{"iss":"${claims.iss}","n":10}`,
      `{"a":0,"iss":"${claims.iss}","n":1}`,
      `${"[".repeat(600)}${"]".repeat(600)}`,
    ])
      expect(made(text, payload), payload.slice(0, 40)).toBe("shape");
  });

  it("is refused when its parts are not exactly three, too long, or signed in another length", async () => {
    const signer = generateSigner("EdDSA");
    const text = await signPaper("head", claims, signer);
    const [head = "", payload = "", signature = ""] = text.split(".");
    expect(open(`${head}.${payload}`, signer.jwk)).toBe("shape");
    expect(open(`${text}.${signature}`, signer.jwk)).toBe("shape");
    expect(open(`${text}=`, signer.jwk)).toBe("sig");
    expect(open(`=${text}`, signer.jwk)).toBe("shape");
    expect(open(`${head}.${payload}.${signature.slice(0, -2)}`, signer.jwk)).toBe("sig");
    expect(open("A".repeat(paperBytesMax.head + 1), signer.jwk)).toBe("size");
    const bytes = `${head}.${encodeBase64url(Uint8Array.of(0xff, 0xfe))}.${signature}`;
    expect(open(bytes, signer.jwk)).toBe("shape");
  });

  it("is refused for its algorithm or its signature's length before any key is looked for", () => {
    const head = (alg: string) =>
      encodeBase64url(
        utf8(JSON.stringify({ alg, kid: "A".repeat(43), typ: "vestibule-head+jwt" })),
      );
    const payload = encodeBase64url(utf8(JSON.stringify(claims)));
    const read = (alg: string, bytes: number) => {
      const text = `${head(alg)}.${payload}.${encodeBase64url(new Uint8Array(bytes))}`;
      const found = readPaper({ crypto }, { kind: "head", text, body });
      return found.kind === "refused" ? found.refusal.code : found.kind;
    };
    expect(read("EdDSA", 64)).toBe("claimed");
    expect(read("none", 64)).toBe("alg");
    expect(read("EdDSA", 63)).toBe("sig");
    expect(read("EdDSA", 0)).toBe("sig");
  });

  it("is not opened by any change of one character", async () => {
    const signer = generateSigner("ES256");
    const text = await signPaper("head", claims, signer);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ";
    const place = fc.tuple(fc.nat(text.length - 1), fc.constantFrom(...alphabet));
    fc.assert(
      fc.property(place, ([index, sign]) => {
        const changed = `${text.slice(0, index)}${sign}${text.slice(index + 1)}`;
        return changed === text || open(changed, signer.jwk) !== "opened";
      }),
    );
  });

  it("is named by what was signed, never by its signature", async () => {
    const signer = generateSigner("ES256");
    const [one, two] = [
      await signPaper("head", claims, signer),
      await signPaper("head", claims, signer),
    ];
    expect(one).not.toBe(two);
    expect(paperHash(crypto, one)).toBe(paperHash(crypto, two));
    expect(one.startsWith(signingInputOf("head", claims, { kid: signer.kid, alg: "ES256" }))).toBe(
      true,
    );
  });
});

describe("the memo", () => {
  it("spares the signature and changes no verdict, whatever key or kind is asked for", async () => {
    const entries = new Map<string, unknown>();
    const memo: Memo = {
      get: (text) => entries.get(text),
      set: (text, value) => entries.set(text, value),
    };
    let verified = 0;
    const counting = {
      ...crypto,
      verify: (...args: Parameters<typeof crypto.verify>) => {
        verified += 1;
        return crypto.verify(...args);
      },
    };
    const signer = generateSigner("ES256");
    const okp = generateSigner("EdDSA");
    const text = await signPaper("head", claims, signer);
    const ask = (
      jwk: typeof signer.jwk,
      kind: "head" | "stop" = "head",
      withMemo: Memo | undefined = memo,
    ) => {
      const opened = openPaper(
        { crypto: counting, memo: withMemo },
        { kind, text, body },
        () => jwk,
      );
      return opened.kind === "refused" ? opened.refusal.code : opened.kind;
    };
    expect([ask(signer.jwk), ask({ ...signer.jwk }), verified]).toEqual(["opened", "opened", 1]);
    for (const jwk of [generateSigner("ES256").jwk, okp.jwk])
      expect(ask(jwk)).toBe(ask(jwk, "head", { get: () => undefined, set: () => {} }));
    expect(ask(signer.jwk, "stop")).toBe("typ");
  });
});
