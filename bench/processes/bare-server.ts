import { generateKeyPairSync, sign, verify } from "node:crypto";
import { createServer } from "node:http";
import pg from "pg";
import { type WebSocket, WebSocketServer } from "ws";
import { serveBench } from "../child.ts";

/**
 * The same hops and the same durable writes with nothing between them: a request is one ES256
 * verification, one commit and a frame to a box; each of the box's two frames is one Ed25519
 * verification, one commit and a frame back; the second one answers the request.
 */
const bytes = Buffer.alloc(600, 7);
const receiptBytes = Buffer.alloc(900, 7);
const handset = generateKeyPairSync("ec", { namedCurve: "P-256" });
const box = generateKeyPairSync("ed25519");
const proof = sign("sha256", bytes, { key: handset.privateKey, dsaEncoding: "ieee-p1363" });
const receipt = sign(null, receiptBytes, box.privateKey);
const row = "x".repeat(700);
const down = "x".repeat(1_000);

const answers = new Map<number, () => void>();
const boxes: WebSocket[] = [];
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
let pool: pg.Pool | undefined;
let requests = 0;

async function commit(): Promise<void> {
  await pool?.query({
    name: "put",
    text: "insert into bare.record (body) values ($1)",
    values: [row],
  });
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    const key = { key: handset.publicKey, dsaEncoding: "ieee-p1363" } as const;
    if (!verify("sha256", bytes, key, proof)) throw new Error("a signature that does not verify");
    const id = requests;
    requests += 1;
    void commit().then(() => {
      answers.set(id, () => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(row);
      });
      boxes[id % boxes.length]?.send(`${id} ${down}`);
    });
  });
});
server.on("upgrade", (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (opened) => {
    boxes.push(opened);
    opened.on("message", (data) => {
      const [id = "", last = ""] = String(data).split(" ", 2);
      if (!verify(null, receiptBytes, box.publicKey, receipt)) throw new Error("it must verify");
      void commit().then(() => {
        opened.send("ack");
        if (last !== "last") return;
        answers.get(Number(id))?.();
        answers.delete(Number(id));
      });
    });
  });
});

serveBench(
  async ({ databaseUrl, connections }) => {
    // One connection commits one by one; on several PostgreSQL groups the commits that meet.
    pool = new pg.Pool({ connectionString: String(databaseUrl), max: Number(connections) });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    return { port: typeof address === "object" && address !== null ? address.port : 0 };
  },
  async () => {
    server.closeAllConnections();
    await pool?.end();
  },
);
