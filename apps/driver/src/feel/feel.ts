/** What the phone does at a release or a refusal, beside what it shows (ADA 708: seen and heard). */
export interface Feel {
  /** Call on a person's touch: browsers give sound only after one. */
  readonly wake: () => void;
  readonly released: () => void;
  readonly refused: () => void;
  readonly read: () => void;
}

interface Tone {
  readonly hertz: number;
  readonly atS: number;
  readonly lastsS: number;
}

const releasedTones: readonly Tone[] = [
  { hertz: 659, atS: 0, lastsS: 0.12 },
  { hertz: 880, atS: 0.13, lastsS: 0.22 },
];
const refusedTones: readonly Tone[] = [{ hertz: 196, atS: 0, lastsS: 0.28 }];
const readTones: readonly Tone[] = [{ hertz: 1_175, atS: 0, lastsS: 0.05 }];

/** Makes the phone's buzz and sounds; where it has neither, nothing happens. */
export function phoneFeel(): Feel {
  let audio: AudioContext | undefined;
  const play = (tones: readonly Tone[]): void => {
    if (audio?.state !== "running") return;
    for (const tone of tones) playTone(audio, tone);
  };
  const buzz = (pattern: readonly number[]): void => {
    navigator.vibrate?.([...pattern]);
  };
  return {
    wake: () => {
      if (typeof AudioContext === "undefined") return;
      audio ??= new AudioContext();
      if (audio.state === "suspended") void audio.resume();
    },
    released: () => {
      buzz([60, 40, 120]);
      play(releasedTones);
    },
    refused: () => {
      buzz([250]);
      play(refusedTones);
    },
    read: () => {
      buzz([30]);
      play(readTones);
    },
  };
}

function playTone(audio: AudioContext, { hertz, atS, lastsS }: Tone): void {
  const from = audio.currentTime + atS;
  const tone = audio.createOscillator();
  const loudness = audio.createGain();
  tone.type = "triangle";
  tone.frequency.value = hertz;
  // Ramps, since a tone that starts or ends at full height clicks.
  loudness.gain.setValueAtTime(0, from);
  loudness.gain.linearRampToValueAtTime(0.25, from + 0.01);
  loudness.gain.setValueAtTime(0.25, from + lastsS - 0.02);
  loudness.gain.linearRampToValueAtTime(0, from + lastsS);
  tone.connect(loudness).connect(audio.destination);
  tone.start(from);
  tone.stop(from + lastsS);
}
