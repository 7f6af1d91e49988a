import { Button, Notice, Skeleton } from "@vestibule/ui";
import { type ReactElement, useCallback, useEffect, useState } from "react";
import { BreakDrawer } from "./break-drawer.tsx";
import { DriverPhone, openTab, type PhoneTab } from "./driver-phone.tsx";
import type { Parcel, StreetFeed } from "./feed.ts";
import { streetMessages } from "./messages.ts";
import { PageHead } from "./page-head.tsx";
import { skyAt } from "./sky.ts";
import { Street } from "./street.tsx";
import { useLocale } from "./use-locale.ts";
import { useStreet } from "./use-street.ts";
import { WhoPanel } from "./who-panel.tsx";

interface Phone {
  readonly tabs: readonly PhoneTab[];
  /** The house whose sticker was touched last. */
  readonly atId: string | undefined;
}

/** The street's page. */
export function App({ feed }: { readonly feed: StreetFeed }): ReactElement {
  const [locale, setLocale] = useLocale();
  const words = streetMessages(locale);
  const { view, retry } = useStreet(feed);
  const [chosenId, setChosenId] = useState<string>();
  const [phone, setPhone] = useState<Phone>();
  const [failed, setFailed] = useState(false);
  const parcels = useParcels(feed, phone !== undefined);

  const tap = useCallback(
    (atId: string, sticker = atId) => {
      setFailed(false);
      feed.tapSticker(sticker).then(
        (url) => setPhone((before) => ({ tabs: openTab(before?.tabs ?? [], url), atId })),
        () => setFailed(true),
      );
    },
    [feed],
  );

  if (view.kind === "loading") return <Skeleton label={words.loading} lines={6} />;
  if (view.kind === "failed") {
    return (
      <main className="alone">
        <Notice tone="refused" title={words.lost}>
          <p>{words.failedLine}</p>
          <Button onClick={retry}>{words.again}</Button>
        </Notice>
      </main>
    );
  }
  const { buildings, links } = view.state;
  const chosen =
    buildings.find((building) => building.id === chosenId) ??
    buildings.find((building) => building.hasSticker);
  const clock = buildings[0];
  return (
    <div className={phone === undefined ? "page" : "page page--phone"}>
      <PageHead
        title={words.title}
        line={words.tagline}
        locale={locale}
        words={words}
        onLocale={setLocale}
      >
        <a href={links.labels}>{words.labels}</a>
        <a href={links.console} target="_blank" rel="noopener">
          {words.console}
        </a>
      </PageHead>
      <main className="stage">
        <div role="status" className="page__notices">
          {view.hearing ? null : (
            <Notice tone="waiting" title={words.lost}>
              <p>{words.lostLine}</p>
            </Notice>
          )}
          {failed ? (
            <Notice tone="refused" title={words.failed}>
              <p>{words.failedLine}</p>
            </Notice>
          ) : null}
        </div>
        <Street
          buildings={buildings}
          words={words}
          sky={clock === undefined ? "day" : skyAt(clock.zone, clock.timeMs)}
          chosenId={chosen?.id}
          phoneAtId={phone?.atId}
          onChoose={setChosenId}
          onTap={(atId) => tap(atId)}
        />
        <div className="below">
          <WhoPanel
            building={chosen}
            links={links}
            words={words}
            onPhone={() =>
              setPhone(
                (before) => before ?? { tabs: openTab([], links.driverPhone), atId: undefined },
              )
            }
          />
          <BreakDrawer
            buildings={buildings}
            feed={feed}
            words={words}
            onFailed={() => setFailed(true)}
          />
        </div>
        <p className="demo-line">{words.demo}</p>
      </main>
      {phone === undefined ? null : (
        <DriverPhone
          tabs={phone.tabs}
          appUrl={links.driverPhone}
          parcels={parcels}
          house={buildings.find((building) => building.id === phone.atId)}
          words={words}
          onTapDoor={(doorId) => tap(phone.atId ?? doorId, doorId)}
          onClose={() => setPhone(undefined)}
        />
      )}
    </div>
  );
}

/** How often the parcels in the van are counted again, in ms. */
const parcelsEveryMs = 4_000;

/** The demo's parcels, read when the phone is first picked up. */
function useParcels(feed: StreetFeed, wanted: boolean): readonly Parcel[] {
  const [parcels, setParcels] = useState<readonly Parcel[]>([]);
  useEffect(() => {
    if (!wanted) return;
    // Without the list the camera still works: labels can be printed. A phone that has just become a
    // key gets its parcels a moment later, so the list is read again while it is in the hand.
    const read = () => {
      feed.readParcels().then(setParcels, () => undefined);
    };
    read();
    const timer = setInterval(read, parcelsEveryMs);
    return () => clearInterval(timer);
  }, [feed, wanted]);
  return parcels;
}
