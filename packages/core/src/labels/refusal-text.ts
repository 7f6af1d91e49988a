import type { LabelRefusalCode } from "./clean-scan.ts";

/** What a driver reads when a scan is no parcel code: what happened, then what to do. */
export function labelRefusalText(code: LabelRefusalCode, locale: "en" | "es"): string {
  return texts[code][locale];
}

const texts: Readonly<Record<LabelRefusalCode, Readonly<Record<"en" | "es", string>>>> = {
  "label-empty": {
    en: "The scan was empty. Hold the phone over the parcel's barcode again.",
    es: "La lectura salió vacía. Ponga otra vez el teléfono sobre el código del paquete.",
  },
  "label-too-long": {
    en: "This code is too long for a parcel label. Scan the tracking barcode.",
    es: "Este código es demasiado largo para una etiqueta. Escanee el código de seguimiento.",
  },
  "label-characters": {
    en: "This code has signs that no parcel label uses. Scan the tracking barcode.",
    es: "Este código tiene signos que ninguna etiqueta usa. Escanee el código de seguimiento.",
  },
  "label-routing-only": {
    en: "This barcode holds only the ZIP code. Scan the other one, with the tracking number.",
    es: "Este código solo contiene el código postal. Escanee el otro, el del número de seguimiento.",
  },
  "label-unknown": {
    en: "This is not a parcel number. Scan the barcode beside the tracking number.",
    es: "Esto no es un número de paquete. Escanee el código junto al número de seguimiento.",
  },
};
