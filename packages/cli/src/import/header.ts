import { type Column, columns } from "./issue.ts";

/** How lists of the trade, English and Spanish, call each column; without accents, case and signs. */
const names: Readonly<Record<Column, readonly string[]>> = {
  tracking: [
    ...[
      "tracking",
      "tracking number",
      "tracking no",
      "tracking id",
      "tracking code",
      "trackingnumber",
    ],
    ...[
      "trackingno",
      "trackingid",
      "parcel",
      "parcel id",
      "parcel number",
      "package",
      "package id",
    ],
    ...[
      "barcode",
      "label",
      "sscc",
      "waybill",
      "numero de seguimiento",
      "seguimiento",
      "n de seguimiento",
    ],
    ...["no de seguimiento", "codigo de seguimiento", "rastreo", "numero de rastreo", "guia"],
    ...["numero de guia", "no de guia", "paquete", "codigo de barras", "etiqueta", "bulto"],
  ],
  building: [
    ...["building", "building code", "building id", "buildingcode", "buildingid", "bld", "site"],
    ...["site code", "edificio", "codigo de edificio", "codigo del edificio", "id de edificio"],
  ],
  address: [
    ...["address", "street address", "delivery address", "address line 1", "address 1", "address1"],
    ...["ship to address", "street", "direccion", "direccion de entrega", "domicilio", "calle"],
  ],
  unit: [
    ...["unit", "apartment", "apt", "apt number", "suite", "flat", "door number", "address line 2"],
    ...["address 2", "address2", "unidad", "apartamento", "apto", "piso", "departamento", "depto"],
    ...["vivienda", "puerta"],
  ],
  driver: [
    ...["driver", "driver id", "driver name", "driverid", "drv", "courier", "employee", "route"],
    ...["repartidor", "conductor", "chofer", "mensajero", "id de repartidor", "id del repartidor"],
  ],
  date: ["date", "delivery date", "day", "service date", "fecha", "fecha de entrega", "dia"],
  from: [
    ...[
      "from",
      "start",
      "begin",
      "window start",
      "window from",
      "not before",
      "earliest",
      "start time",
    ],
    ...["time from", "desde", "inicio", "hora de inicio", "hora inicio", "de"],
  ],
  until: [
    ...["until", "to", "end", "window end", "window to", "window until", "not after", "latest"],
    ...["end time", "time to", "by", "hasta", "fin", "hora de fin", "hora fin", "a"],
  ],
  window: ["window", "time window", "delivery window", "slot", "ventana", "franja", "horario"],
  zone: ["zone", "time zone", "timezone", "tz", "zona", "zona horaria", "huso", "huso horario"],
  purpose: ["purpose", "type", "service", "kind", "stop type", "proposito", "tipo", "servicio"],
};

const byName: ReadonlyMap<string, Column> = new Map(
  columns.flatMap((column) => names[column].map((name) => [name, column] as const)),
);

/** The column that a header's name means; `undefined` for one that an import leaves alone. */
export function columnOf(header: string): Column | undefined {
  const plain = header
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, " ")
    .trim();
  return byName.get(plain) ?? byName.get(plain.replaceAll(" ", ""));
}

/** The columns of a header line, by position. The first of two that mean the same counts. */
export function readHeader(fields: readonly string[]): readonly (Column | undefined)[] {
  const seen = new Set<Column>();
  return fields.map((field) => {
    const column = columnOf(field);
    if (column === undefined || seen.has(column)) return undefined;
    seen.add(column);
    return column;
  });
}

/** The separator under which a header line has the most columns that are known. */
export function sniffSeparator(line: string): string {
  const count = (separator: string) =>
    readHeader(line.split(separator).map((field) => field.replace(/^"(.*)"$/, "$1"))).filter(
      (column) => column !== undefined,
    ).length;
  const separators = [",", ";", "\t"] as const;
  return separators.reduce((best, next) => (count(next) > count(best) ? next : best), ",");
}
