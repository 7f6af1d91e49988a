/** How a run was asked for. */
export interface Plan {
  /** Fewer and shorter repetitions: a look, not a result. */
  readonly quick: boolean;
}
