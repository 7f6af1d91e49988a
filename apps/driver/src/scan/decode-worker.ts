import { BarcodeDetector, prepareZXingModule } from "barcode-detector/ponyfill";
import wasmUrl from "zxing-wasm/reader/zxing_reader.wasm?url";
import { isFrameMessage, type Seen } from "./frames.ts";

// The wasm comes from this app's own origin; left alone, the library would ask a network of strangers.
prepareZXingModule({ overrides: { locateFile: () => wasmUrl } });

// What parcels carry and this reader knows. Each further format costs time in every frame.
const detector = new BarcodeDetector({
  formats: ["code_128", "data_matrix", "qr_code", "pdf417"],
});

self.onmessage = (event: MessageEvent<unknown>) => {
  if (isFrameMessage(event.data)) void decode(event.data);
};

async function decode({ id, frame }: { readonly id: number; readonly frame: ImageBitmap }) {
  let seen: Seen;
  try {
    const found = await detector.detect(frame);
    seen = { id, texts: found.map(({ rawValue }) => rawValue), failed: false };
  } catch {
    // The wasm did not load or the frame was empty; the screen offers typing when it stays so.
    seen = { id, texts: [], failed: true };
  } finally {
    frame.close();
  }
  self.postMessage(seen);
}
