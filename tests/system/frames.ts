/**
 * Reads the text messages out of a box's WebSocket bytes (RFC 6455: a client's frames are masked);
 * returns a function that takes chunks and gives each whole text as it ends. Control frames are
 * passed over.
 */
export function textReader(): (chunk: Buffer) => readonly string[] {
  let rest: Buffer = Buffer.alloc(0);
  let begun = false;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    if (!begun) {
      // The upgrade request comes first.
      const end = rest.indexOf("\r\n\r\n");
      if (end < 0) return [];
      begun = true;
      rest = rest.subarray(end + 4);
    }
    const texts: string[] = [];
    for (let frame = readFrame(rest); frame !== undefined; frame = readFrame(rest)) {
      rest = rest.subarray(frame.length);
      if (frame.opcode === 1) texts.push(frame.payload.toString());
    }
    return texts;
  };
}

function readFrame(bytes: Buffer) {
  if (bytes.length < 2) return undefined;
  const opcode = bytes.readUInt8(0) & 0x0f;
  const short = bytes.readUInt8(1) & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  const head = 2 + extra + 4;
  if (bytes.length < head) return undefined;
  const size =
    extra === 0 ? short : extra === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < head + size) return undefined;
  const mask = bytes.subarray(head - 4, head);
  const payload = Buffer.from(
    bytes.subarray(head, head + size).map((byte, index) => byte ^ (mask[index & 3] ?? 0)),
  );
  return { opcode, payload, length: head + size };
}
