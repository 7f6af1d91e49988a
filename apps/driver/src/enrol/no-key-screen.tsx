import { Notice } from "@vestibule/ui";
import type { ReactElement } from "react";
import { Screen } from "../parts/screen.tsx";
import type { Shared } from "../parts/shared.ts";
import { enrolWords } from "../words/enrol-words.ts";

interface NoKeyScreenProps extends Shared {
  /** A tap brought the driver here: he stands at a door and needs to hear about the buzzer. */
  readonly atDoor: boolean;
  readonly withdrawn: "told" | "untold" | undefined;
  /** The demo's own invitations. */
  readonly inviteUrl: string | undefined;
}

/** A phone without a key: new, cleared by the browser, or given back. Says which way leads out. */
export function NoKeyScreen(props: NoKeyScreenProps): ReactElement {
  const words = enrolWords(props.locale);
  const { withdrawn, atDoor, inviteUrl } = props;
  if (withdrawn !== undefined) {
    return (
      <Screen {...props} title={words.withdrawnTitle}>
        <p>{withdrawn === "told" ? words.withdrawnLine : words.withdrawnUntold}</p>
      </Screen>
    );
  }
  return (
    <Screen {...props} title={words.noKeyTitle}>
      <p>{words.noKeyLine}</p>
      {inviteUrl === undefined ? null : (
        <p>
          <a href={inviteUrl}>{words.demoInvite}</a>
        </p>
      )}
      <Notice tone={atDoor ? "refused" : "info"} title={words.lostTitle}>
        <p>{words.lostLine}</p>
        {atDoor ? <p>{words.lostTap}</p> : null}
      </Notice>
    </Screen>
  );
}
