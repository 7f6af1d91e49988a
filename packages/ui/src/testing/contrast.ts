/** One token in front of another, and the ratio that WCAG 2.2 asks of it. */
export interface Pair {
  readonly front: string;
  readonly back: string;
  readonly atLeast: 3 | 4.5 | 7;
  readonly why: string;
}

const grounds = ["ground", "raised", "sunk"] as const;
const texts = [
  "text",
  "quiet",
  "primary",
  "accent-text",
  "refused-text",
  "info-text",
  "confirmed-text",
] as const;
const shapes = ["edge", "accent", "refused", "info", "confirmed"] as const;

/** Every pair the shared pages use. Text is held to AAA throughout: the driver reads it in the sun. */
export const pairs: readonly Pair[] = [
  ...texts.flatMap((front) =>
    grounds.map((back): Pair => ({ front, back, atLeast: 7, why: "text, AAA" })),
  ),
  { front: "on-primary", back: "primary", atLeast: 7, why: "main button, AAA" },
  ...shapes.flatMap((front) =>
    grounds.map((back): Pair => ({ front, back, atLeast: 3, why: "shape, 1.4.11" })),
  ),
  { front: "on-mark", back: "confirmed", atLeast: 3, why: "tick on its stud" },
  { front: "on-mark", back: "refused", atLeast: 4.5, why: "cross on its brick" },
];

type Tokens = ReadonlyMap<string, string>;

/** The colour tokens of the three blocks of tokens.css. */
export function themesOf(css: string): Record<"light" | "darkByMedia" | "darkByAttribute", Tokens> {
  const bare = css.replace(/\/\*[\s\S]*?\*\//g, "");
  return {
    light: colours(block(bare, ":root {")),
    darkByMedia: colours(block(bare, ':root:not([data-theme="light"]) {')),
    darkByAttribute: colours(block(bare, ':root[data-theme="dark"] {')),
  };
}

/** WCAG 2.x contrast ratio of two `#rrggbb` colours, 1 to 21. */
export function contrastRatio(front: string, back: string): number {
  const [high, low] = [luminance(front), luminance(back)].sort((one, two) => two - one);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

function luminance(colour: string): number {
  const digits = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (digits === null) throw new Error(`not a colour: ${colour}`);
  const [red = 0, green = 0, blue = 0] = digits.slice(1).map((pair) => {
    const share = Number.parseInt(pair, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function block(css: string, selector: string): string {
  const start = css.indexOf(selector);
  if (start < 0) throw new Error(`no block ${selector}`);
  return css.slice(start + selector.length, css.indexOf("}", start));
}

function colours(body: string): Tokens {
  const found = body.matchAll(/--v-([\w-]+):\s*(#[0-9a-f]{6})\b/gi);
  return new Map([...found].map(([, name = "", colour = ""]) => [name, colour]));
}
