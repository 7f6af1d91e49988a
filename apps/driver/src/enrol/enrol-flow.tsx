import type { PasskeyMade } from "@vestibule/sdk";
import { Notice } from "@vestibule/ui";
import { type ReactElement, useMemo, useRef, useState } from "react";
import type { Config } from "../config.ts";
import type { Handset } from "../kept/handset.ts";
import { Screen } from "../parts/screen.tsx";
import type { Shared } from "../parts/shared.ts";
import { enrolWords } from "../words/enrol-words.ts";
import { BadgeScreen } from "./badge-screen.tsx";
import { ConsentScreen, type EnrolTrouble } from "./consent-screen.tsx";
import { enrol } from "./enrol.ts";
import { readInvitation } from "./invitation.ts";
import { WaitingScreen } from "./waiting-screen.tsx";

interface EnrolFlowProps extends Shared {
  readonly config: Config;
  /** The fragment of the vetter's link, already gone from the address bar. */
  readonly fragment: string | undefined;
  /** A key that is here: waiting for its badge, or about to be replaced. */
  readonly kept: Handset | undefined;
  readonly onReady: (handset: Handset) => void;
}

/** From the invitation to the badge. A chunk of its own: a driver passes it once. */
export function EnrolFlow(props: EnrolFlowProps): ReactElement {
  const { config, fragment, kept, locale, onReady } = props;
  const read = useMemo(() => {
    if (fragment === undefined) return undefined;
    const { origin } = window.location;
    return readInvitation(fragment, { origin, apiOrigin: config.apiOrigin });
  }, [fragment, config]);
  const [handset, setHandset] = useState(read === undefined ? kept : undefined);
  const passkey = useRef<PasskeyMade>(undefined);
  if (handset?.badge !== undefined) {
    const done = (): void => onReady(handset);
    return (
      <BadgeScreen {...props} handset={handset} fresh onToday={done} onWithdraw={nothingYet} />
    );
  }
  if (handset !== undefined)
    return <WaitingScreen {...props} handset={handset} onBadge={setHandset} />;
  if (read?.kind === "invitation") {
    const agree = async (): Promise<EnrolTrouble | undefined> => {
      const enrolled = await enrol(read.invitation, passkey.current);
      if (enrolled.kind === "no-finger") passkey.current = enrolled.made;
      if (enrolled.kind !== "enrolled") return enrolled.kind;
      setHandset(enrolled.handset);
      return undefined;
    };
    return (
      <ConsentScreen
        {...props}
        invitation={read.invitation}
        replaces={kept?.badge !== undefined}
        onAgree={agree}
      />
    );
  }
  const words = enrolWords(locale);
  return (
    <Screen {...props} title={words.noKeyTitle}>
      <Notice tone="refused" title={words.refused[read?.why ?? "malformed"]} live>
        <p>{words.refusedNow}</p>
      </Notice>
    </Screen>
  );
}

// A fresh badge is shown without the way to withdraw: it is under Badge from the next screen on.
const nothingYet = (): Promise<void> => Promise.resolve();
