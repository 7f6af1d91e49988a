import { groupSeparator, messageStart, recordSeparator } from "./clean-scan.ts";

/**
 * The tracking number of a carrier's message in format 01 (ANSI MH10.8.3 in ISO/IEC 15434), as UPS's
 * MaxiCode and some carriers' 2D codes hold it: fields postal code, country, class of service,
 * tracking number, carrier, shipper, ... Street and city are read over and kept nowhere.
 */
export function readCarrierMessage(
  text: string,
): { readonly tracking: string; readonly reassembled: boolean } | undefined {
  const header = `${messageStart}${recordSeparator}01${groupSeparator}`;
  if (!text.startsWith(header)) return undefined;
  const record = text.slice(header.length).split(recordSeparator, 1)[0] ?? "";
  const [, , serviceClass = "", tracking = "", carrier = "", shipper = ""] =
    record.split(groupSeparator);
  if (!/^1Z[0-9A-Z]{7}\d$/.test(tracking)) return { tracking, reassembled: false };
  // Ten characters have no room for 1Z numbers, so UPS keeps shipper and service in their own fields.
  // The rule was inferred from three published samples, whose check digits all fit.
  if (carrier !== "UPSN" || !/^[0-9A-Z]{6}$/.test(shipper) || !/^\d{3}$/.test(serviceClass)) {
    return undefined;
  }
  return {
    tracking: `1Z${shipper}${serviceClass.slice(1)}${tracking.slice(2)}`,
    reassembled: true,
  };
}
