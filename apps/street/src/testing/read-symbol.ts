import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

// The reader's own wasm from the package: it would fetch one from a CDN otherwise.
const wasm = readFileSync(
  fileURLToPath(import.meta.resolve("zxing-wasm/reader/zxing_reader.wasm")),
);
prepareZXingModule({ overrides: { wasmBinary: Uint8Array.from(wasm).buffer } });

/** Reads the one barcode in a picture. @throws when there is none, or more than one */
export async function readSymbol(
  png: Uint8Array,
): Promise<{ text: string; format: string; gs1: boolean }> {
  const found = await readBarcodes(new Blob([Uint8Array.from(png)]), {
    formats: ["Code128", "DataMatrix"],
    textMode: "Plain",
  });
  const [symbol, ...others] = found;
  if (symbol === undefined || others.length > 0)
    throw new Error(`${found.length} symbols in the picture`);
  return { text: symbol.text, format: symbol.format, gs1: symbol.symbologyIdentifier === "]C1" };
}
