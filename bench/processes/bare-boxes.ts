import { generateKeyPairSync, sign, verify } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { WebSocket } from "ws";
import { serveBench } from "../child.ts";

/**
 * What a box does, on fixed bytes and without a check: one ES256 verification, then twice an Ed25519
 * signature, a commit of its own (WAL, full fsync) and a frame.
 */
const bytes = Buffer.alloc(600, 7);
const receiptBytes = Buffer.alloc(900, 7);
const handset = generateKeyPairSync("ec", { namedCurve: "P-256" });
const box = generateKeyPairSync("ed25519");
const proof = sign("sha256", bytes, { key: handset.privateKey, dsaEncoding: "ieee-p1363" });
const up = "x".repeat(1_500);
const row = "x".repeat(1_200);
const open: { readonly socket: WebSocket; readonly database: DatabaseSync }[] = [];

serveBench(
  async ({ folder, url, count }) => {
    for (let index = 0; index < Number(count); index += 1) {
      const database = new DatabaseSync(join(String(folder), `bare-${index}.sqlite`));
      database.exec("pragma locking_mode = exclusive; pragma journal_mode = wal;");
      database.exec(
        "pragma synchronous = full; create table record (id integer primary key, body text);",
      );
      const put = database.prepare("insert into record (body) values (?)");
      const socket = new WebSocket(String(url), { perMessageDeflate: false });
      socket.on("message", (data) => {
        const text = String(data);
        if (text === "ack") return;
        const [id] = text.split(" ", 1);
        const key = { key: handset.publicKey, dsaEncoding: "ieee-p1363" } as const;
        if (!verify("sha256", bytes, key, proof)) throw new Error("it must verify");
        for (const word of ["first", "last"]) {
          sign(null, receiptBytes, box.privateKey);
          put.run(row);
          socket.send(`${id} ${word} ${up}`);
        }
      });
      await once(socket, "open");
      open.push({ socket, database });
    }
    return {};
  },
  async () => {
    for (const { socket, database } of open) {
      socket.terminate();
      database.close();
    }
  },
);
