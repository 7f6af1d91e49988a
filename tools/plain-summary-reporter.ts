import type { Reporter, TestModule } from "vitest/node";

/** Ends the run with its counts alone on a line, and before them each file's time. */
export default class PlainSummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const state = test.result().state;
        if (state === "passed") counts.passed += 1;
        else if (state === "failed") counts.failed += 1;
        else counts.skipped += 1;
      }
      // A file that could not be loaded has no tests to fail; it counts as one failure.
      if (module.state() === "failed" && [...module.children.allTests()].length === 0)
        counts.failed += 1;
    }
    const slowest = [...modules].sort(
      (left, right) => right.diagnostic().duration - left.diagnostic().duration,
    );
    for (const module of slowest) {
      process.stdout.write(
        `${Math.round(module.diagnostic().duration).toString().padStart(7)} ms  ${module.relativeModuleId}\n`,
      );
    }
    process.stdout.write(
      `\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`,
    );
  }
}
