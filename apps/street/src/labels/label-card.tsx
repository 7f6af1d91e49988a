import { Button } from "@vestibule/ui";
import { type ReactElement, useMemo } from "react";
import type { Parcel } from "../feed.ts";
import type { StreetWords } from "../messages.ts";
import { drawSymbol } from "./symbol.ts";

interface LabelCardProps {
  readonly parcel: Parcel;
  readonly words: StreetWords;
  readonly onHold: (parcel: Parcel) => void;
}

/** One shipping label, four inches by six as they are printed: black on white in every theme. */
export function LabelCard({ parcel, words, onHold }: LabelCardProps): ReactElement {
  const picture = useMemo(() => drawSymbol(parcel.code, parcel.symbology), [parcel]);
  const square = parcel.symbology === "datamatrix" || parcel.symbology === "gs1-datamatrix";
  return (
    <li className="label-item">
      <article className="label" aria-label={`${parcel.carrier}, ${parcel.recipient}`}>
        <p className="label__carrier">{parcel.carrier}</p>
        <p className="label__to">
          {parcel.recipient}
          <br />
          {parcel.address}
          <br />
          <strong>{words.unit(parcel.unit)}</strong>
        </p>
        <SymbolPicture picture={picture} square={square} label={words.symbolOf(parcel.code)} />
        <p className="label__code">{readable(parcel.code)}</p>
      </article>
      <div className="label-item__below">
        <p>
          {words.carriedBy(parcel.driver)}
          <br />
          <span className="label-item__status">{parcel.status}</span>
        </p>
        <Button tone="primary" onClick={() => onHold(parcel)}>
          {words.handOver}
        </Button>
      </div>
    </li>
  );
}

interface SymbolPictureProps {
  readonly picture: string;
  readonly square: boolean;
  readonly label: string;
}

/** The symbol's own SVG, parsed and not injected: only its size and path data reach the page. */
function SymbolPicture({ picture, square, label }: SymbolPictureProps): ReactElement {
  const drawn = useMemo(
    () => new DOMParser().parseFromString(picture, "image/svg+xml").documentElement,
    [picture],
  );
  const shapes = [...drawn.querySelectorAll("path")].map((path) => ({
    d: path.getAttribute("d") ?? "",
    stroke: path.getAttribute("stroke"),
    strokeWidth: path.getAttribute("stroke-width") ?? "1",
  }));
  return (
    <svg
      className={square ? "symbol symbol--square" : "symbol"}
      viewBox={drawn.getAttribute("viewBox") ?? "0 0 1 1"}
      style={{ width: `calc(${modulesAcross(drawn)} * var(--module))` }}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      {shapes.map((shape) =>
        shape.stroke === null ? (
          <path key={shape.d} d={shape.d} fill="#000" />
        ) : (
          <path
            key={shape.d}
            d={shape.d}
            fill="none"
            stroke="#000"
            strokeWidth={shape.strokeWidth}
          />
        ),
      )}
    </svg>
  );
}

/** bwip-js draws two units to a module; whole screen pixels per module keep the bars true. */
function modulesAcross(drawn: Element): number {
  const [, , width = "0"] = (drawn.getAttribute("viewBox") ?? "").split(" ");
  return Number(width) / 2;
}

/** In groups of four, as printed under a barcode; the separator is not printed. */
function readable(code: string): string {
  return code.replaceAll("\x1d", "").replace(/(.{4})(?=.)/g, "$1 ");
}
