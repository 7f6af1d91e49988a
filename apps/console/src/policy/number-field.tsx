import { type ReactElement, useState } from "react";
import { bounded } from "./draft.ts";

interface NumberFieldProps {
  /** Read aloud: what the number is, with the words around it. */
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

/** A number within a sentence. What lies outside its bounds is not taken, and springs back on leaving. */
export function NumberField({ label, value, min, max, onChange }: NumberFieldProps): ReactElement {
  const [typed, setTyped] = useState<string>();
  return (
    <input
      type="number"
      inputMode="numeric"
      aria-label={label}
      min={min}
      max={max}
      value={typed ?? String(value)}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(bounded(event.target.value, { min, max, old: value }));
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: () => void;
}

/** A choice that is a word: a tick and a filled ground say that it is taken. */
export function Choice({ label, checked, onChange }: ChoiceProps): ReactElement {
  return (
    <label className="c-choice">
      <input type="checkbox" checked={checked} onChange={onChange} />
      <span>{label}</span>
    </label>
  );
}
