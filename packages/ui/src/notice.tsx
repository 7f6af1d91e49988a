import type { ReactElement, ReactNode } from "react";
import { Glyph, type GlyphName } from "./glyph.tsx";
import "./notice.css";

export type NoticeTone = "info" | "confirmed" | "refused" | "waiting";

interface NoticeProps {
  readonly tone: NoticeTone;
  /** The word beside the shape: a notice must be readable without its colour. */
  readonly title: string;
  readonly children?: ReactNode;
  /** Announced by screen readers when it appears: a refusal at once, the rest politely. */
  readonly live?: boolean;
}

const shapes: Readonly<Record<NoticeTone, GlyphName>> = {
  info: "info",
  confirmed: "tick",
  refused: "stopped",
  waiting: "clock",
};

/** What happened, why, and what to do now. */
export function Notice({ tone, title, children, live = false }: NoticeProps): ReactElement {
  const role = live ? { role: tone === "refused" ? "alert" : "status" } : {};
  return (
    <div className={`v-notice v-notice--${tone}`} {...role}>
      <Glyph name={shapes[tone]} />
      <div>
        <p className="v-notice__title">{title}</p>
        {children}
      </div>
    </div>
  );
}
