/** A piece of a WebSocket connection that must pass whole or not at all. */
export interface Frame {
  /** The bytes as they came. */
  readonly bytes: Buffer;
  /** What it says, where it is a text message. */
  readonly text: string | undefined;
}

/**
 * Cuts one direction of a WebSocket connection into its frames (RFC 6455; both ends of ours send each
 * message in one frame): returns a function that takes chunks and gives each frame as it ends. What
 * comes before the first frame, the upgrade's request or answer, is a piece of its own; an answer
 * that refuses the upgrade passes as it is.
 */
export function frameReader(): (chunk: Buffer) => readonly Frame[] {
  let rest: Buffer = Buffer.alloc(0);
  let state: "head" | "frames" | "refused" = "head";
  return (chunk) => {
    if (state === "refused") return [{ bytes: chunk, text: undefined }];
    rest = Buffer.concat([rest, chunk]);
    const frames: Frame[] = [];
    if (state === "head") {
      const end = rest.indexOf("\r\n\r\n");
      if (end < 0) return [];
      const upgraded = /^(?:GET |HTTP\/1\.1 101 )/.test(rest.toString("latin1", 0, 16));
      state = upgraded ? "frames" : "refused";
      const length = upgraded ? end + 4 : rest.length;
      frames.push({ bytes: rest.subarray(0, length), text: undefined });
      rest = rest.subarray(length);
    }
    for (let frame = readFrame(rest); frame !== undefined; frame = readFrame(rest)) {
      frames.push(frame);
      rest = rest.subarray(frame.bytes.length);
    }
    return frames;
  };
}

function readFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined;
  const opcode = bytes.readUInt8(0) & 0x0f;
  // A client's frames are masked, a server's are not.
  const masked = (bytes.readUInt8(1) & 0x80) !== 0;
  const short = bytes.readUInt8(1) & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  const head = 2 + extra + (masked ? 4 : 0);
  if (bytes.length < head) return undefined;
  const size =
    extra === 0 ? short : extra === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < head + size) return undefined;
  const whole = bytes.subarray(0, head + size);
  if (opcode !== 1) return { bytes: whole, text: undefined };
  const payload = whole.subarray(head);
  if (!masked) return { bytes: whole, text: payload.toString() };
  const mask = whole.subarray(head - 4, head);
  const plain = Buffer.from(payload.map((byte, index) => byte ^ (mask[index & 3] ?? 0)));
  return { bytes: whole, text: plain.toString() };
}
