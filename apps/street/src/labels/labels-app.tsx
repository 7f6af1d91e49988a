import { Button, Notice, Skeleton } from "@vestibule/ui";
import { type ReactElement, useEffect, useState } from "react";
import { DriverPhone, openTab } from "../driver-phone.tsx";
import type { Parcel, StreetFeed } from "../feed.ts";
import { streetMessages } from "../messages.ts";
import { PageHead } from "../page-head.tsx";
import { useLocale } from "../use-locale.ts";
import { LabelCard } from "./label-card.tsx";

type LabelsView =
  | { readonly kind: "loading" }
  | { readonly kind: "failed" }
  | { readonly kind: "ready"; readonly parcels: readonly Parcel[]; readonly driverPhone: string };

/** The page of printable shipping labels. */
export function LabelsApp({ feed }: { readonly feed: StreetFeed }): ReactElement {
  const [locale, setLocale] = useLocale();
  const words = streetMessages(locale);
  const [view, setView] = useState<LabelsView>({ kind: "loading" });
  const [phone, setPhone] = useState(false);
  const [held, setHeld] = useState<Parcel>();

  useEffect(() => {
    Promise.all([feed.readParcels(), feed.readState()]).then(
      ([parcels, state]) =>
        setView({ kind: "ready", parcels, driverPhone: state.links.driverPhone }),
      () => setView({ kind: "failed" }),
    );
  }, [feed]);

  if (view.kind === "loading") return <Skeleton label={words.loading} lines={6} />;
  if (view.kind === "failed") {
    return (
      <main className="alone">
        <Notice tone="refused" title={words.lost}>
          <p>{words.failedLine}</p>
        </Notice>
      </main>
    );
  }
  const hold = (parcel: Parcel) => {
    setHeld(parcel);
    setPhone(true);
  };
  return (
    <div className={phone ? "page page--phone" : "page"}>
      <PageHead
        title={words.labelsTitle}
        line={words.labelsLine}
        locale={locale}
        words={words}
        onLocale={setLocale}
      >
        <a href="/">{words.back}</a>
        <Button onClick={() => window.print()}>{words.print}</Button>
        <Button onClick={() => setPhone(true)}>{words.bring}</Button>
      </PageHead>
      <main className="stage">
        <ul className="labels">
          {view.parcels.map((parcel) => (
            <LabelCard key={parcel.id} parcel={parcel} words={words} onHold={hold} />
          ))}
        </ul>
        <p className="demo-line">{words.demo}</p>
      </main>
      {phone ? (
        <DriverPhone
          tabs={openTab([], view.driverPhone)}
          appUrl={view.driverPhone}
          parcels={view.parcels}
          offered={held}
          house={undefined}
          words={words}
          onClose={() => setPhone(false)}
        />
      ) : null}
    </div>
  );
}
