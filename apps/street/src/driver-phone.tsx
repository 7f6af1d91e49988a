import { Button } from "@vestibule/ui";
import { type ReactElement, useCallback, useEffect, useRef, useState } from "react";
import { DoorPlate, doorName } from "./door-plate.tsx";
import type { Parcel, StreetBuilding } from "./feed.ts";
import type { StreetWords } from "./messages.ts";

/** One page the phone has open. A tap opens another, as phones do; the one before keeps its memory. */
export interface PhoneTab {
  readonly id: number;
  readonly url: string;
}

/** A phone keeps the tab before the newest: a code scanned there may be wanted at the next door. */
const tabsMax = 2;

/** The tabs after one more was opened. */
export function openTab(tabs: readonly PhoneTab[], url: string): readonly PhoneTab[] {
  const id = (tabs.at(-1)?.id ?? 0) + 1;
  return [...tabs, { id, url }].slice(-tabsMax);
}

interface DriverPhoneProps {
  /** The phone's tabs, newest last and shown: the driver app, or the address a tap has just given. */
  readonly tabs: readonly PhoneTab[];
  /** The driver app's own address; its origin alone receives parcels, camera and passkeys. */
  readonly appUrl: string;
  readonly parcels: readonly Parcel[];
  /** A parcel held before the phone from outside. */
  readonly offered?: Parcel | undefined;
  /** The house before which the phone is held: its doors are seen here even where the street is hidden. */
  readonly house: StreetBuilding | undefined;
  readonly words: StreetWords;
  /** Touches the sticker of one of the house's doors. */
  readonly onTapDoor?: (doorId: string) => void;
  readonly onClose: () => void;
}

/** The message that stands for holding a label before the camera, on machines that have none. */
export function parcelMessage(parcel: Parcel) {
  return { type: "vestibule-demo-parcel", text: parcel.code, symbology: parcel.symbology } as const;
}

/** The label that the app says it has read; until then a page that was changing may have missed it. */
export function readTaken(data: unknown): string | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const text: unknown = Reflect.get(data, "text");
  const type: unknown = Reflect.get(data, "type");
  return type === "vestibule-demo-parcel-read" && typeof text === "string" ? text : undefined;
}

/**
 * What the frame may use. The origin is named: after a tap the frame starts at the sticker's address
 * and is handed on, and a bare "camera" would be granted to the sticker's host instead.
 */
export function framePermissions(appUrl: string): string {
  const { origin } = new URL(appUrl);
  return ["camera", "publickey-credentials-get", "publickey-credentials-create"]
    .map((feature) => `${feature} ${origin}`)
    .join("; ");
}

/** The driver's phone: his app, on its own origin, in a frame the size of a phone. */
export function DriverPhone(props: DriverPhoneProps): ReactElement {
  const { tabs, appUrl, parcels, offered, house, words, onTapDoor, onClose } = props;
  const shown = tabs.at(-1);
  const frame = useRef<HTMLIFrameElement>(null);
  const [held, setHeld] = useState<Parcel>();
  const waiting = useRef<Parcel>(undefined);
  /** Shows the phone what is held before it, unless its app has read that already. */
  const show = useCallback(() => {
    const parcel = waiting.current;
    if (parcel === undefined) return;
    frame.current?.contentWindow?.postMessage(parcelMessage(parcel), new URL(appUrl).origin);
  }, [appUrl]);
  const hold = useCallback(
    (parcel: Parcel) => {
      waiting.current = parcel;
      setHeld(parcel);
      show();
    },
    [show],
  );
  useEffect(() => {
    if (offered !== undefined) hold(offered);
  }, [hold, offered]);
  useEffect(() => {
    const heard = (event: MessageEvent<unknown>): void => {
      const read = event.origin === new URL(appUrl).origin ? readTaken(event.data) : undefined;
      if (read !== undefined && read === waiting.current?.code) waiting.current = undefined;
    };
    window.addEventListener("message", heard);
    return () => window.removeEventListener("message", heard);
  }, [appUrl]);
  return (
    <aside className="phone" aria-label={words.phone}>
      <div className="phone__bar">
        <h2>{words.phone}</h2>
        <Button onClick={onClose} aria-label={words.phoneClose}>
          <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
            <path d="M2 2l12 12M14 2L2 14" stroke="currentColor" strokeWidth="2" />
          </svg>
        </Button>
      </div>
      {house === undefined ? null : (
        <p className="phone__doors" role="status">
          {house.number}
          {house.doors.map((door) => (
            <DoorPlate key={door.id} door={door} words={words} full />
          ))}
          {onTapDoor !== undefined && house.doors.length > 1
            ? house.doors.map((door) => (
                <button
                  key={door.id}
                  type="button"
                  className="link"
                  onClick={() => onTapDoor?.(door.id)}
                >
                  {words.tapDoor(doorName(door, words))}
                </button>
              ))
            : null}
        </p>
      )}
      <div className="phone__body">
        <span className="phone__ear" aria-hidden="true" />
        {tabs.map((tab) => (
          <iframe
            key={tab.id}
            ref={tab === shown ? frame : null}
            hidden={tab !== shown}
            title={words.phone}
            src={tab.url}
            allow={framePermissions(appUrl)}
            referrerPolicy="origin"
            onLoad={show}
          />
        ))}
      </div>
      <p className="phone__line">
        {words.phoneLine}{" "}
        <a href={shown?.url ?? appUrl} target="_blank" rel="noopener">
          {words.phoneWindow}
        </a>
      </p>
      {parcels.length > 0 ? (
        <Tray parcels={parcels} held={held} words={words} onHold={hold} />
      ) : null}
    </aside>
  );
}

interface TrayProps {
  readonly parcels: readonly Parcel[];
  readonly held: Parcel | undefined;
  readonly words: StreetWords;
  readonly onHold: (parcel: Parcel) => void;
}

function Tray({ parcels, held, words, onHold }: TrayProps): ReactElement {
  return (
    <section className="tray" aria-labelledby="tray-title">
      <h3 id="tray-title">{words.hand}</h3>
      <ul>
        {parcels.map((parcel) => (
          <li
            key={parcel.id}
            className={parcel.id === held?.id ? "tray__parcel tray__parcel--held" : "tray__parcel"}
          >
            <span>
              <strong>{parcel.carrier}</strong> {parcel.address}, {words.unit(parcel.unit)}
            </span>
            <Button onClick={() => onHold(parcel)}>{words.handOver}</Button>
          </li>
        ))}
      </ul>
      <p role="status" className="tray__status">
        {held === undefined ? "" : words.handed(held.code)}
      </p>
    </section>
  );
}
