import { listOf, number, record, text } from "../json.ts";
import { fetchKept, keep } from "./database.ts";

const savedNote = record({ atMs: number, place: text, paper: text });
const savedList = listOf(savedNote);
const notesMax = 20;

/** The host's signed word that a door's box was silent, as it was saved here. */
export type SavedNote = NonNullable<ReturnType<typeof savedNote>>;

/** The notes on this phone, newest first. */
export async function savedNotes(): Promise<readonly SavedNote[]> {
  return savedList(await fetchKept("no-access")) ?? [];
}

/** Keeps a note here and gives it out as a file for the dispatcher. */
export async function saveNote({ place, paper }: Omit<SavedNote, "atMs">): Promise<void> {
  const atMs = Date.now();
  await keep("no-access", [{ atMs, place, paper }, ...(await savedNotes())].slice(0, notesMax));
  const at = new Date(atMs).toISOString();
  const address = URL.createObjectURL(new Blob([`${place}\n${at}\n${paper}\n`]));
  const link = document.createElement("a");
  link.href = address;
  link.download = `no-access-${at.slice(0, 16).replace(":", "")}.txt`;
  link.click();
  URL.revokeObjectURL(address);
}
