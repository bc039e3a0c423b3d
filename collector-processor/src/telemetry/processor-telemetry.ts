/** What the pipeline counts about itself. Called per commit or batch, never per record. */
export interface ProcessorTelemetry {
  /** A commit ended: how long it took, and how many facts it was asked to store. */
  commit(outcome: 'committed' | 'failed', seconds: number, facts: number): void;
  /** What became of records: `outcome` is a stable word such as `recognised`, `unrecognised`, `rejected`, `duplicate`. */
  records(outcome: string, count: number): void;
}
