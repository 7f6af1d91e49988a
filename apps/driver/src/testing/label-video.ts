import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import bwip from "bwip-js/node";

const run = promisify(execFile);
const ffmpeg = ["/usr/bin/ffmpeg", "/usr/local/bin/ffmpeg"].find((path) => existsSync(path));

/** Why there can be no video of a label on this machine; `undefined` where there can. */
export const noVideo = ffmpeg === undefined ? "ffmpeg is not installed" : undefined;

/** A film of one real label for Chromium's fake camera. Call `remove` when done. */
export async function filmLabel(
  code: string,
): Promise<{ readonly file: string; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "vestibule-label-"));
  const picture = join(folder, "label.png");
  const file = join(folder, "label.mjpeg");
  const png = await bwip.toBuffer({
    bcid: "code128",
    text: code,
    scale: 3,
    height: 24,
    includetext: true,
    backgroundcolor: "FFFFFF",
    paddingwidth: 24,
    paddingheight: 18,
  });
  await writeFile(picture, png);
  const film = "scale=860:-1,pad=1280:720:(ow-iw)/2:(oh-ih)/2:color=0xB9A88A";
  await run(ffmpeg ?? "ffmpeg", [
    ...["-loglevel", "error", "-y", "-loop", "1", "-i", picture, "-t", "2", "-r", "10"],
    ...["-vf", film, "-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p", file],
  ]);
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}
