import { dataFolders } from "../files/data-folder.ts";
import {
  type CliContext,
  type CommonOptions,
  nowS,
  printResult,
  timeText,
} from "../terminal/context.ts";
import { keysIn } from "./key-file.ts";
import { certifiedUntil, keysetsIn } from "./keyset-file.ts";

/** Lists keys and keysets. Nothing private is shown, whatever the output. */
export function listKeys(context: CliContext, options: CommonOptions): void {
  const { keys: folder } = dataFolders(context, options);
  const at = nowS(context);
  const kept = keysetsIn(folder);
  const keysets = kept.map(({ path, keyset }) => ({
    path,
    domain: keyset.body.domain,
    root: keyset.root,
    ver: keyset.body.ver,
    exp: keyset.body.exp,
    alive: at < keyset.body.exp,
    kids: [...keyset.keys.keys()],
  }));
  const keys = keysIn(folder).map(({ path, notes, kid, signer, open }) => ({
    path,
    ...notes,
    kid,
    private: signer !== undefined,
    open,
    certifiedUntil: certifiedUntil(kept, kid) ?? null,
  }));
  const keyLines = keys.map((key) => {
    const until = key.certifiedUntil;
    const state =
      until === null
        ? "in no keyset yet"
        : until > at
          ? `counts until ${timeText(until)}`
          : "it counts no more: renew its keyset";
    const warning = key.open ? "; OTHERS MAY READ IT: chmod 600" : "";
    return `${key.use ?? "root"}  ${key.domain}  ${key.kid}  ${state}${warning}`;
  });
  const keysetLines = keysets.map(
    ({ domain, ver, exp, alive }) =>
      `keyset  ${domain}  version ${ver}  ${alive ? "until" : "ended"} ${timeText(exp)}`,
  );
  const lines = [...keyLines, ...keysetLines];
  printResult(context, options, {
    json: { folder, keys, keysets },
    text: lines.length === 0 ? `There are no keys in ${folder}.` : lines.join("\n"),
  });
}
