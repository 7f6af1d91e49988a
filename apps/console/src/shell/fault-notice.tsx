import { Button, Notice } from "@vestibule/ui";
import type { ReactElement } from "react";
import { useSetting, useWords } from "../setting.tsx";
import { tellError } from "../words/faults.ts";
import { commonWords } from "../words/shared-words.ts";

interface FaultNoticeProps {
  readonly error: unknown;
  /** Offered as "Try again". */
  readonly onRetry?: () => void;
  /** What it means for what is still shown. */
  readonly also?: string;
}

/** What went wrong, announced, with the way out. */
export function FaultNotice({ error, onRetry, also }: FaultNoticeProps): ReactElement {
  const { locale } = useSetting();
  const said = useWords(commonWords);
  const told = tellError(error, locale);
  return (
    <Notice tone="refused" title={told.title} live>
      <p>{told.way}</p>
      {also === undefined ? null : <p>{also}</p>}
      {onRetry === undefined ? null : (
        <p className="c-notice__action">
          <Button onClick={onRetry}>{said.retry}</Button>
        </p>
      )}
    </Notice>
  );
}
