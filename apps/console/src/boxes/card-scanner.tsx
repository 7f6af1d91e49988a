import { isObject } from "@vestibule/sdk/wire";
import { Button } from "@vestibule/ui";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { useWords } from "../setting.tsx";
import { boxesWords } from "./boxes-words.ts";

/** Reads codes out of a picture; not in every browser. */
interface CodeReader {
  readonly detect: (source: HTMLVideoElement) => Promise<readonly { readonly rawValue: string }[]>;
}

const lookMs = 200;

/** Scans the card's QR code where the browser itself can; elsewhere the secret is typed. */
export function CardScanner({
  onRead,
}: {
  readonly onRead: (text: string) => void;
}): ReactElement | null {
  const said = useWords(boxesWords);
  const [isOn, setOn] = useState(false);
  const [isBroken, setBroken] = useState(false);
  const video = useRef<HTMLVideoElement>(null);
  const reader = codeReader();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the camera follows the switch alone.
  useEffect(() => {
    const screen = video.current;
    if (!isOn || screen === null || reader === undefined) return;
    let stream: MediaStream | undefined;
    let isOver = false;
    const look = async () => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      screen.srcObject = stream;
      await screen.play();
      while (!isOver) {
        const [found] = await reader.detect(screen);
        if (found !== undefined && !isOver) {
          setOn(false);
          onRead(found.rawValue);
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, lookMs));
      }
    };
    look().catch(() => {
      if (isOver) return;
      setBroken(true);
      setOn(false);
    });
    return () => {
      isOver = true;
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
  }, [isOn]);
  if (reader === undefined) return null;
  return (
    <div className="c-section">
      {isOn ? <video ref={video} className="c-scanner" muted playsInline /> : null}
      {isBroken ? <p role="alert">{said.noCamera}</p> : null}
      <div>
        <Button onClick={() => setOn(!isOn)}>{isOn ? said.stop : said.scan}</Button>
      </div>
    </div>
  );
}

/** The browser's own detector, if it has one. */
function codeReader(): CodeReader | undefined {
  const known: unknown = Reflect.get(globalThis, "BarcodeDetector");
  if (typeof known !== "function") return undefined;
  const made: unknown = Reflect.construct(known, [{ formats: ["qr_code"] }]);
  return isCodeReader(made) ? made : undefined;
}

function isCodeReader(value: unknown): value is CodeReader {
  return isObject(value) && typeof Reflect.get(value, "detect") === "function";
}
