/**
 * Bounds the series of each tenant. A series once admitted stays admitted, so that a graph does not change its meaning
 * between two scrapes; what does not fit is counted, and shown as `other` by the caller.
 */
export class SeriesLimit {
  private readonly perTenant: number;
  private readonly admitted = new Map<string, Set<string>>();
  private readonly refused = new Map<string, number>();

  constructor(perTenant: number) {
    this.perTenant = perTenant;
  }

  admits(tenant: string, series: string): boolean {
    let known = this.admitted.get(tenant);
    if (!known) {
      known = new Set();
      this.admitted.set(tenant, known);
    }
    if (known.has(series)) return true;
    if (known.size < this.perTenant) {
      known.add(series);
      return true;
    }
    this.refused.set(tenant, this.overflow(tenant) + 1);
    return false;
  }

  /** Series folded so far, counted again at every scrape; 0 for a tenant that fits. */
  overflow(tenant: string): number {
    return this.refused.get(tenant) ?? 0;
  }
}
