import type { ButtonHTMLAttributes, ReactElement } from "react";
import "./button.css";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** primary: the one action of a screen; plain: any other; refuse: stops something. */
  readonly tone?: "primary" | "plain" | "refuse";
  /** Fills its column: the driver's action at the bottom edge. */
  readonly wide?: boolean;
}

/** A button at least 44 px high (a thumb; WCAG 2.5.8 asks for 24). It never submits unless told to. */
export function Button({
  tone = "plain",
  wide = false,
  className,
  type,
  ...rest
}: ButtonProps): ReactElement {
  const names = ["v-button", `v-button--${tone}`, wide ? "v-button--wide" : "", className ?? ""];
  return <button type={type ?? "button"} className={names.filter(Boolean).join(" ")} {...rest} />;
}
