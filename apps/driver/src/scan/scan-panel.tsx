import { Button, Notice } from "@vestibule/ui";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { rankOf } from "../visit/held-codes.ts";
import { commonWords } from "../words/common-words.ts";
import type { VisitWords } from "../words/visit-words.ts";
import { type Camera, type CameraFault, openCamera, watchLabels } from "./camera.ts";
import { steadyReader } from "./frames.ts";
import "./scan.css";

interface ScanPanelProps {
  readonly locale: "en" | "es";
  readonly words: VisitWords;
  /** The camera stays on for the next label. */
  readonly several: boolean;
  readonly onText: (text: string) => void;
  readonly onType: () => void;
}

type View = "opening" | "watching" | CameraFault | "decoder";

/** How many frames in a row a decoder may fail before the screen says so. */
const failedFramesMax = 3;

/** The viewfinder. The camera is given back the moment a label is read, and whenever this goes away. */
export function ScanPanel(props: ScanPanelProps): ReactElement {
  const { words, several, onText, onType, locale } = props;
  const video = useRef<HTMLVideoElement>(null);
  const heard = useRef(onText);
  heard.current = onText;
  const keepOn = useRef(several);
  keepOn.current = several;
  const [view, setView] = useState<View>("opening");
  const [torch, setTorch] = useState<Camera["torch"]>();
  const [lit, setLit] = useState(false);
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `tries` opens the camera anew on purpose
  useEffect(() => {
    if (video.current === null) return;
    return runCamera(video.current, {
      onView: setView,
      onTorch: (found) => setTorch(() => found),
      onText: (text) => heard.current(text),
      keepOn: () => keepOn.current,
    });
  }, [tries]);
  const switchTorch = (): void => {
    void torch?.(!lit).then(() => setLit(!lit));
  };
  const fault = view === "opening" || view === "watching" ? undefined : view;
  return (
    <div className="scan">
      <div className={fault === undefined ? "scan__view" : "scan__view scan__view--off"}>
        <video ref={video} muted playsInline aria-label={words.scanTitle} />
        <span className="scan__window" aria-hidden="true" />
        {view === "opening" ? <p className="scan__opening">{words.opening}</p> : null}
      </div>
      {fault === undefined ? (
        <p role="status">{words.aim}</p>
      ) : (
        <Notice tone="refused" title={words.camera[fault]} live>
          <p>{words.cameraNow[fault]}</p>
        </Notice>
      )}
      {fault === undefined ? null : (
        <Button tone="primary" wide onClick={onType}>
          {words.type}
        </Button>
      )}
      <div className="scan__tools">
        {torch === undefined ? null : (
          <Button onClick={switchTorch} aria-pressed={lit}>
            {lit ? words.torchOff : words.torchOn}
          </Button>
        )}
        {fault === undefined ? null : (
          <Button onClick={() => setTries(tries + 1)}>{commonWords(locale).tryAgain}</Button>
        )}
        {fault === undefined ? <Button onClick={onType}>{words.type}</Button> : null}
      </div>
    </div>
  );
}

interface CameraRun {
  readonly onView: (view: View) => void;
  readonly onTorch: (torch: Camera["torch"]) => void;
  readonly onText: (text: string) => void;
  readonly keepOn: () => boolean;
}

/** Opens, watches, and gives the camera back; returns how to stop early. */
function runCamera(video: HTMLVideoElement, run: CameraRun): () => void {
  let over = false;
  let camera: Camera | undefined;
  let watch: { readonly stop: () => void } | undefined;
  const stop = (): void => {
    over = true;
    watch?.stop();
    camera?.release();
  };
  run.onView("opening");
  run.onTorch(undefined);
  void openCamera(video).then((opened) => {
    if (typeof opened === "string") {
      if (!over) run.onView(opened);
      return;
    }
    camera = opened;
    if (over) return opened.release();
    run.onView("watching");
    run.onTorch(opened.torch);
    const steady = steadyReader(rankOf);
    let failures = 0;
    watch = watchLabels(video, (seen) => {
      failures = seen.failed ? failures + 1 : 0;
      if (failures >= failedFramesMax) {
        stop();
        run.onView("decoder");
        return;
      }
      const text = steady(seen.texts);
      if (text === undefined) return;
      if (!run.keepOn()) stop();
      run.onText(text);
    });
  });
  return stop;
}
