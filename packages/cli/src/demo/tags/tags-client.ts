import { Type } from "typebox";
import { Check } from "typebox/value";
import type { Child } from "../children.ts";

const answer = Type.Object(
  { name: Type.String(), e: Type.String(), c: Type.String() },
  { additionalProperties: false },
);
/** How long a tag may take to answer, in ms. */
const tapMsMax = 2_000;

export interface Tags {
  /** Touches a sticker: the tap's parameters, fresh each time. */
  readonly tap: (name: string) => Promise<{ readonly e: string; readonly c: string }>;
}

/** Speaks to the tags' process by lines. */
export function tagsOf(child: Child): Tags {
  const waiting: {
    readonly name: string;
    readonly resolve: (tap: { readonly e: string; readonly c: string }) => void;
  }[] = [];
  child.onLine((line) => {
    const value = parse(line);
    if (value === undefined) return;
    const index = waiting.findIndex((entry) => entry.name === value.name);
    const [entry] = index < 0 ? [] : waiting.splice(index, 1);
    entry?.resolve({ e: value.e, c: value.c });
  });
  return {
    tap: (name) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(entry), 1);
          reject(new Error("the sticker did not answer"));
        }, tapMsMax);
        const entry = {
          name,
          resolve: (tap: { readonly e: string; readonly c: string }) => {
            clearTimeout(timer);
            resolve(tap);
          },
        };
        waiting.push(entry);
        child.writeLine(name);
      }),
  };
}

function parse(
  line: string,
): { readonly name: string; readonly e: string; readonly c: string } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return Check(answer, value) ? value : undefined;
  } catch {
    return undefined;
  }
}
