import { resolve } from "node:path";
import { createClient } from "@vestibule/sdk";
import { dataFolders } from "../files/data-folder.ts";
import { CliFault } from "../terminal/cli-fault.ts";
import {
  type CliContext,
  type CommonOptions,
  nowS,
  printResult,
  timeText,
} from "../terminal/context.ts";
import { keysIn, readKey } from "./key-file.ts";
import { signKeyset } from "./keyset-file.ts";

/** Options of `keys keyset`. */
export interface RenewOptions extends CommonOptions {
  readonly root: string;
  readonly key?: readonly string[];
  readonly days: number;
  readonly host?: string;
}

/** Signs the next version of a keyset, and uploads it where a host is named. */
export async function renewKeyset(context: CliContext, options: RenewOptions): Promise<void> {
  const folder = dataFolders(context, options).keys;
  const root = readKey(resolve(context.folder, options.root));
  const at = nowS(context);
  const own = ({ notes }: ReturnType<typeof readKey>) =>
    notes.kind === "daily" &&
    notes.role === root.notes.role &&
    notes.domain === root.notes.domain &&
    (notes.contractor === undefined || notes.contractor.until > at);
  const keys =
    options.key?.map((file) => readKey(resolve(context.folder, file))) ??
    keysIn(folder).filter(own);
  const kept = await signKeyset({ root, folder, keys, days: options.days, at });
  const { body } = kept.keyset;
  if (options.host !== undefined) {
    const client = createClient({ origin: options.host, fetch: context.fetch });
    const { text } = kept.keyset;
    const answer = await client.carrier.uploadKeyset({ text, role: root.notes.role });
    if (answer.kind === "fault")
      throw new CliFault(
        answer.code,
        `The keyset is signed (${kept.path}), but was not uploaded: ${answer.title}`,
      );
  }
  printResult(context, options, {
    json: {
      path: kept.path,
      root: kept.keyset.root,
      ver: body.ver,
      exp: body.exp,
      keys: [...kept.keyset.keys].map(([kid, key]) => ({ kid, use: key.use })),
      uploaded: options.host ?? null,
    },
    text: `Signed version ${body.ver} of the keyset of ${body.domain} with ${body.keys.length} keys, until ${timeText(body.exp)}: ${kept.path}${options.host === undefined ? "" : `, uploaded to ${options.host}`}.`,
  });
}
