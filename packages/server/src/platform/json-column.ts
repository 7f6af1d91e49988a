import type { ColumnType } from "kysely";

/** A JSON value as it comes back: unknown until it is parsed. It goes in as text. */
export type JsonColumn = ColumnType<unknown, string, string>;
/** A JSON value that may be missing. */
export type OptionalJsonColumn = ColumnType<unknown, string | null | undefined, string | null>;
