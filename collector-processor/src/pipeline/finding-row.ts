import type { Asset, AssetRef, Finding } from '@cnapp-slo/model';
import type { EpisodeRow } from './episode-row.ts';
import type { FindingTable } from './finding-table.ts';
import type { Read } from './row-views.ts';

/**
 * A row of the table as a finding, with its episodes. It shows the table as it is now, and must not be kept beyond the next change. What
 * has no column is read from the packed row. A copy by `{ ...row }` is empty; `FindingTable.whole` gives one.
 */
export class FindingRow implements Read<Finding> {
  readonly table: FindingTable;
  readonly row: number;

  constructor(table: FindingTable, row: number) {
    this.table = table;
    this.row = row;
  }

  get finding(): Finding {
    return this as unknown as Finding;
  }

  get episodes(): EpisodeRow[] {
    return this.table.episodesOf(this.row);
  }

  get scopes(): readonly string[] {
    return this.table.scopesOf(this.row);
  }

  get firstMs(): number {
    return this.table.firstMsOf(this.row);
  }

  get isOpen(): boolean {
    const last = this.episodes.at(-1);
    return last !== undefined && last.state !== 'closed';
  }

  /** An episode of it demands an alert. */
  get isCandidate(): boolean {
    return this.table.isCandidate(this.row);
  }

  /** What the inventory says of its asset. */
  get inventoried(): Asset | undefined {
    return this.table.assetOf(this.row);
  }

  get id(): string {
    return this.table.idOf(this.row);
  }

  get tenant(): string {
    return this.table.kindOf(this.row).tenant;
  }

  get detector(): string {
    return this.table.kindOf(this.row).detector;
  }

  get detectorClass(): Finding['detectorClass'] {
    return this.table.kindOf(this.row).detectorClass;
  }

  get rule(): string {
    return this.table.kindOf(this.row).rule;
  }

  get severity(): Finding['severity'] {
    return this.table.severityOf(this.row);
  }

  get asset(): AssetRef {
    return this.table.refOf(this.row);
  }

  get title(): string {
    return this.whole.title;
  }

  get discriminator(): string | undefined {
    return this.whole.discriminator;
  }

  get techniques(): string[] | undefined {
    return this.whole.techniques;
  }

  get confidence(): number | undefined {
    return this.whole.confidence;
  }

  get lastVerdict(): string {
    return this.table.verdictOf(this.row);
  }

  get lastSeenMs(): number {
    return this.whole.lastSeenMs;
  }

  get nativeId(): string | undefined {
    return this.whole.nativeId;
  }

  get evidence(): Finding['evidence'] | undefined {
    return this.whole.evidence;
  }

  get remediation(): string | undefined {
    return this.whole.remediation;
  }

  get links(): Finding['links'] {
    return this.whole.links;
  }

  private get whole(): Finding {
    return this.table.whole(this.row).finding;
  }
}
