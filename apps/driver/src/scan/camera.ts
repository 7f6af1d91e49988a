import { cropToWindow, type Seen, seenReader } from "./frames.ts";

/** Why there is no picture. */
export type CameraFault = "refused" | "absent" | "busy";

/** An open camera; `release` gives it back at once, since an iPhone reads no tag meanwhile. */
export interface Camera {
  readonly release: () => void;
  /** Switches the torch; `undefined` where this camera has none. */
  readonly torch: ((on: boolean) => Promise<void>) | undefined;
}

/** No frame is decoded more often than this, in ms: a phone in the sun throttles when it runs hot. */
const frameMsMin = 60;

/** Opens the rear camera into a video element. */
export async function openCamera(video: HTMLVideoElement): Promise<Camera | CameraFault> {
  if (navigator.mediaDevices === undefined) return "absent";
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
    });
  } catch (error) {
    return faultOf(error);
  }
  const release = (): void => {
    for (const track of stream.getTracks()) track.stop();
    // A camera opened since shows its picture here already.
    if (video.srcObject === stream) video.srcObject = null;
  };
  video.srcObject = stream;
  try {
    await video.play();
  } catch {
    // The element left the page while the camera was opening.
    release();
    return "busy";
  }
  return { release, torch: torchOf(stream) };
}

function faultOf(error: unknown): CameraFault {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  return name === "NotReadableError" || name === "AbortError" ? "busy" : "absent";
}

function torchOf(stream: MediaStream): Camera["torch"] {
  const [track] = stream.getVideoTracks();
  const abilities: object | undefined = track?.getCapabilities?.();
  if (track === undefined || abilities === undefined || !("torch" in abilities)) return undefined;
  if (abilities.torch !== true) return undefined;
  return async (on) => {
    // `torch` is in the Image Capture specification and not yet in the DOM's types.
    const constraint: object = { torch: on };
    await track.applyConstraints({ advanced: [constraint] });
  };
}

/** Decodes frames of a playing video in a worker, one at a time, until stopped. */
export function watchLabels(
  video: HTMLVideoElement,
  heard: (seen: Seen) => void,
): { readonly stop: () => void } {
  const worker = new Worker(new URL("./decode-worker.ts", import.meta.url), { type: "module" });
  let stopped = false;
  let sentAtMs = 0;
  let id = 0;
  const next = async (): Promise<void> => {
    if (stopped) return;
    if (video.videoWidth === 0) {
      setTimeout(() => void next(), frameMsMin);
      return;
    }
    const crop = cropToWindow(
      { width: video.videoWidth, height: video.videoHeight },
      { width: video.clientWidth, height: video.clientHeight },
    );
    try {
      const frame = await createImageBitmap(video, crop.x, crop.y, crop.width, crop.height);
      if (stopped) return frame.close();
      sentAtMs = performance.now();
      id += 1;
      worker.postMessage({ id, frame }, [frame]);
    } catch {
      // No frame just now (the tab was hidden, say): the next one comes.
      setTimeout(() => void next(), 4 * frameMsMin);
    }
  };
  worker.onmessage = (event: MessageEvent<unknown>) => {
    const seen = seenReader(event.data);
    if (stopped || seen === undefined) return;
    heard(seen);
    const spent = performance.now() - sentAtMs;
    setTimeout(() => void next(), Math.max(0, frameMsMin - spent));
  };
  worker.onerror = () => heard({ id, texts: [], failed: true });
  void next();
  return {
    stop: () => {
      stopped = true;
      worker.terminate();
    },
  };
}
