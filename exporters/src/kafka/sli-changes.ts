import type { SliReader, SliReport } from '@cnapp-slo/model';

/** Notices which SLI reports say something new; the passing of time alone (`as_of`, `final`) does not. */
export class SliChanges {
  private readonly reader: Pick<SliReader, 'list'>;
  private readonly last = new Map<string, string>();

  constructor(reader: Pick<SliReader, 'list'>) {
    this.reader = reader;
  }

  /** Every report that differs from what was returned for it before; all of them the first time. */
  changed(): SliReport[] {
    return this.reader.list().filter((report) => {
      const { as_of: _, final: __, ...content } = report;
      const text = JSON.stringify(content);
      if (this.last.get(report.id) === text) return false;
      this.last.set(report.id, text);
      return true;
    });
  }
}
