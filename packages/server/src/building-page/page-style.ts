import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { pageFont } from "./page-font.ts";

/** The shared tokens, read once at start: the page's colours and sizes are everybody's. */
const tokens = readFileSync(new URL("../../../ui/src/tokens.css", import.meta.url), "utf8")
  .replaceAll(/\/\*[\s\S]*?\*\//g, "")
  .replaceAll(/\s+/g, " ");

const rules = `
*{box-sizing:border-box}
body{margin:0;background:var(--v-ground);color:var(--v-text);font:var(--v-size-2)/1.5 var(--v-font)}
main,header,footer{max-width:40rem;margin:0 auto;padding:0 var(--v-space-4)}
header{display:flex;align-items:center;gap:var(--v-space-3);padding-top:var(--v-space-5)}
header svg{color:var(--v-primary);flex:none}
header p{margin:0;color:var(--v-quiet)}
header nav{margin-left:auto}
h1{font-size:var(--v-size-4);line-height:1.2;margin:var(--v-space-5) 0 0;text-wrap:balance}
h2{font-size:var(--v-size-3);line-height:1.3;margin:var(--v-space-6) 0 var(--v-space-2)}
h3 span{color:var(--v-quiet);font-weight:400}
h3{font-size:var(--v-size-2);margin:var(--v-space-4) 0 var(--v-space-1);overflow-wrap:anywhere}
p,ul,dl{margin:var(--v-space-2) 0}
ul{padding-left:1.2em}
li,dd{overflow-wrap:anywhere}
a{color:var(--v-primary);text-underline-offset:.15em}
a:focus-visible,summary:focus-visible{outline:3px solid var(--v-accent);outline-offset:3px;border-radius:2px}
.place{color:var(--v-quiet);font-size:var(--v-size-3);margin-top:var(--v-space-1)}
.note{border:1px solid var(--v-line);border-left:6px solid var(--v-accent);background:var(--v-raised);padding:var(--v-space-3) var(--v-space-4);margin:var(--v-space-5) 0;border-radius:var(--v-radius)}
.note strong{display:block}
.go{display:flex;align-items:center;justify-content:center;min-height:4.5rem;padding:var(--v-space-3) var(--v-space-5);background:var(--v-primary);color:var(--v-on-primary);font-size:var(--v-size-3);font-weight:700;text-decoration:none;border-radius:var(--v-radius);text-align:center}
.state{display:flex;gap:var(--v-space-2);align-items:baseline}
.state svg{flex:none;align-self:center}
.on svg{color:var(--v-confirmed)}
.off svg{color:var(--v-refused)}
dt{font-weight:700;margin-top:var(--v-space-3)}
dd{margin:0}
.carrier{border-top:1px solid var(--v-line)}
footer{color:var(--v-quiet);font-size:var(--v-size-1);border-top:1px solid var(--v-line);margin-top:var(--v-space-6);padding-bottom:var(--v-space-6)}
footer,code{overflow-wrap:anywhere}
code{font-family:var(--v-mono);font-size:.9em}
@media print{
@page{size:auto;margin:9mm}
:root,:root:not([data-theme="light"]){--v-ground:#fff;--v-raised:#fff;--v-text:#000;--v-quiet:#222;--v-line:#888;--v-primary:#000;--v-accent:#000}
body{font-size:8pt;line-height:1.28}
main,header,footer{max-width:none;padding:0}
header{padding-top:0}
header nav,.go,.tap{display:none}
h1{font-size:15pt;margin-top:2mm}h2{font-size:10pt;margin:2.5mm 0 .5mm}h3,dt{font-size:8pt;margin:1mm 0 0}
.place{font-size:10pt}
p,ul,dl{margin:.7mm 0}
.note{margin:2mm 0;padding:1mm 2mm}
.law{columns:2;column-gap:7mm}
.law dt,.law dd{break-inside:avoid}
footer{margin-top:2mm;padding:0;font-size:7pt}
}
`;

/** The page's one style sheet. */
export const pageStyle = pageFont.face + tokens + rules;

/** The page's content policy: its one style, this host's letters, and nothing from anywhere else. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(pageStyle).digest("base64")}'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;
