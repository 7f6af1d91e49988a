import { NativeSelect, TextInput } from "@mantine/core";
import type { Purpose } from "@vestibule/core";
import { Button } from "@vestibule/ui";
import type { ReactElement } from "react";
import { useBuilding } from "../../building/building-context.ts";
import { useWords } from "../../setting.tsx";
import { nameOf } from "../../shell/rail.tsx";
import { commonWords } from "../../words/shared-words.ts";
import { Choice } from "../number-field.tsx";
import { type DoorDraft, gapsOf } from "./door-draft.ts";
import { doorWords } from "./door-words.ts";
import type { KnownBoxes } from "./known-boxes.ts";

const purposes: readonly Purpose[] = ["deliver", "collect", "round"];
const presences = ["nfc", "ble", "none"] as const;
const noTaps = ["refuse", "ble", "none"] as const;
const sensings = ["contact", "current", "none"] as const;

interface DoorFormProps {
  readonly door: DoorDraft;
  readonly boxes: KnownBoxes;
  readonly onChange: (door: DoorDraft) => void;
  readonly onRemove: () => void;
}

/** One door of the policy: its box, its sticker, and what a driver must show there. */
export function DoorForm({ door, boxes, onChange, onRemove }: DoorFormProps): ReactElement {
  const said = useWords(doorWords);
  const common = useWords(commonWords);
  const name = useDoorName()(door);
  const set = (part: Partial<DoorDraft>) => onChange({ ...door, ...part });
  const isLost = door.ctl !== undefined && !boxes.seals.has(door.ctl);
  const lost = isLost
    ? [{ value: door.ctl ?? "", label: said.boxLost((door.ctl ?? "").slice(0, 8)) }]
    : [];
  return (
    <fieldset className="c-card c-doorform">
      <legend className="v-unseen">{name}</legend>
      <div className="c-head">
        <div>
          <h3>{name}</h3>
          <p className="c-quiet c-small">{said.inPolicy(door.ent)}</p>
        </div>
        <Button tone="refuse" onClick={onRemove}>
          {said.remove(name)}
        </Button>
      </div>
      <div className="c-inline-form__fields">
        <NativeSelect
          label={said.box}
          description={boxes.choices.length === 0 ? said.noBox : said.boxWhy}
          value={door.ctl ?? ""}
          data={[{ value: "", label: said.chooseBox }, ...lost, ...boxes.choices]}
          onChange={(event) => set({ ctl: event.currentTarget.value || undefined })}
        />
        <Sticker door={door} onChange={onChange} />
        <NativeSelect
          label={said.sensing}
          value={door.sensing ?? ""}
          data={[
            ...(door.sensing === undefined ? [{ value: "", label: said.chooseSensing }] : []),
            ...sensings.map((value) => ({ value, label: said.sensingKinds[value] })),
          ]}
          onChange={(event) =>
            set({ sensing: sensings.find((known) => known === event.currentTarget.value) })
          }
        />
        <NativeSelect
          label={said.presence}
          value={door.presence}
          data={presences.map((value) => ({ value, label: said.presenceKinds[value] }))}
          onChange={(event) =>
            set({
              presence: presences.find((known) => known === event.currentTarget.value) ?? "nfc",
            })
          }
        />
        <NativeSelect
          label={said.noTap}
          value={door.noTap}
          data={noTaps.map((value) => ({ value, label: said.noTapKinds[value] }))}
          onChange={(event) =>
            set({ noTap: noTaps.find((known) => known === event.currentTarget.value) ?? "refuse" })
          }
        />
      </div>
      <fieldset className="c-choices c-says">
        <legend className="v-unseen">{said.purposes}</legend>
        <span>{said.purposes}</span>
        {purposes.map((purpose) => (
          <Choice
            key={purpose}
            label={common.purposes[purpose]}
            checked={door.purposes.includes(purpose)}
            onChange={() => {
              const chosen = purposes.filter((known) =>
                known === purpose ? !door.purposes.includes(known) : door.purposes.includes(known),
              );
              if (chosen.length > 0) set({ purposes: chosen });
            }}
          />
        ))}
      </fieldset>
    </fieldset>
  );
}

interface StickerProps {
  readonly door: DoorDraft;
  readonly onChange: (door: DoorDraft) => void;
}

function Sticker({ door, onChange }: StickerProps): ReactElement | null {
  const said = useWords(doorWords);
  if (door.presence !== "nfc") return null;
  const { sticker } = door;
  if (sticker.kind === "pinned")
    return (
      <div className="c-doorform__pinned">
        <p>
          <strong>{said.sticker}</strong>
        </p>
        <p className="c-quiet c-small">{said.pinned}</p>
        <Button onClick={() => onChange({ ...door, sticker: { kind: "typed", text: "" } })}>
          {said.another}
        </Button>
      </div>
    );
  const isBad = sticker.text !== "" && gapsOf(door, new Map()).includes("sticker");
  return (
    <TextInput
      label={said.sticker}
      description={said.stickerWhy}
      value={sticker.text}
      maxLength={32}
      autoComplete="off"
      spellCheck={false}
      error={isBad ? said.stickerBad : null}
      onChange={(event) =>
        onChange({ ...door, sticker: { kind: "typed", text: event.currentTarget.value } })
      }
    />
  );
}

/** How people call a door that a policy names. */
export function useDoorName(): (door: { readonly ent: string; readonly kind: string }) => string {
  const { building } = useBuilding();
  const kinds = useWords(commonWords).kinds;
  return ({ ent, kind }) =>
    nameOf(
      building.entrances.find((known) => known.ent === ent) ?? { ent, kind, label: ent },
      kinds,
    );
}
