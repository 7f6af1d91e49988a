import "react";

declare module "react" {
  interface CSSProperties {
    /** Width of the whole street in drawing units, for the scale in scene.css. */
    readonly "--street"?: number;
  }
}
