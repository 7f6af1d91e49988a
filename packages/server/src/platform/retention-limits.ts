/** The longest that entry data may live, in ms: 90 days (L.L. 63/2021, T3 and T4). */
export const entryRetentionMsMax = 90 * 24 * 3_600_000;
/** How often the job runs, in ms. */
export const retentionEveryMs = 3_600_000;
/** When entry data is removed, in ms: early enough that a job that missed a day breaks no promise. */
export const entryRetentionMs = entryRetentionMsMax - 24 * 3_600_000;
if (entryRetentionMs + retentionEveryMs >= entryRetentionMsMax) {
  throw new Error("the job must run at least once between a row's end and the law's");
}
