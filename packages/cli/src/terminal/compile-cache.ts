import { join } from "node:path";

/**
 * Where Node keeps what it made of our sources, so that a second start needs half the time. Beside the
 * sources, which whoever can write there could change as well; where it cannot be written, there is none.
 */
export const compileCache = join(import.meta.dirname, "../../../../.cache/compile");
