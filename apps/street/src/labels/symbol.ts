import { code128, datamatrix, drawingSVG } from "bwip-js/browser";
import type { Symbology } from "../feed.ts";

const separator = "\x1d";

/**
 * Draws a label's code as SVG.
 *
 * @param text what a scanner reads from the symbol; GS (0x1D) where the symbol has FNC1.
 * @returns an `<svg>` element's text, black on white with its quiet zone.
 */
export function drawSymbol(text: string, symbology: Symbology): string {
  const data = symbolText(text, symbology);
  if (symbology === "code128" || symbology === "gs1-128") {
    return code128(
      {
        bcid: "code128",
        text: data,
        parsefnc: true,
        height: 22,
        paddingwidth: 10,
        paddingheight: 2,
      },
      drawingSVG(),
    );
  }
  return datamatrix({ bcid: "datamatrix", text: data, parsefnc: true, padding: 4 }, drawingSVG());
}

/**
 * The symbol's data in bwip-js notation. GS1 forms begin with FNC1, and FNC1 stands where a scanner
 * sends GS. A routed USPS code without GS gets one after its ZIP wherever the split is certain.
 */
export function symbolText(text: string, symbology: Symbology): string {
  const gs1 = symbology === "gs1-128" || symbology === "gs1-datamatrix";
  const parts = (gs1 ? splitRouting(text) : text).split(separator);
  const data = parts.map((part) => part.replaceAll("^", "^^")).join("^FNC1");
  return gs1 ? `^FNC1${data}` : data;
}

/** `420` + ZIP + parcel: the ZIP may have 5 or 9 digits, the parcel 22, 26 or 30 and begins 92 to 95. */
function splitRouting(text: string): string {
  if (!/^420\d+$/.test(text)) return text;
  const splits = [8, 12].filter((at) => /^9[2-5](?:\d{20}|\d{24}|\d{28})$/.test(text.slice(at)));
  const [at] = splits;
  return splits.length === 1 && at !== undefined
    ? `${text.slice(0, at)}${separator}${text.slice(at)}`
    : text;
}
