/** Bounds of peeling: what exceeds one is rejected with `peel.too_…`, so that no input can exhaust the process. */
export const LIMITS = {
  /** Envelopes inside each other. */
  depth: 10,
  /** Documents out of one input. */
  documents: 500_000,
  /** Bytes of one input, and of what a gzip stream expands to. */
  bytes: 256 * 1024 * 1024,
  /** Bad lines reported one by one; the rest is summed up in one rejection. */
  reportedLines: 100,
};
