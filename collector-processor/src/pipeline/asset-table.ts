import type { Asset } from '@cnapp-slo/model';
import { KeyColumn } from '../packed/key-column.ts';
import { NumberList } from '../packed/number-list.ts';
import { Packer } from '../packed/packer.ts';
import { RowHeap } from '../packed/row-heap.ts';
import { TextIndex } from '../packed/text-index.ts';
import type { AssetState } from './asset-state.ts';
import { NONE } from './row-views.ts';

/** What is kept of an asset beside the asset: why it is as it is. */
type Reasons = Omit<AssetState, 'asset'>;

const NOT_DECLARED: NonNullable<AssetState['declaredBy']> = {};

/**
 * The states of all assets by their key, each with a row of its own, and with the first of its findings. The assets are kept as they
 * are, the reasons packed: `get` gives a copy of these.
 */
export class AssetTable {
  readonly #keys = new TextIndex();
  /** Undefined: only a finding speaks of it, as far as is read. */
  readonly #assets: (Asset | undefined)[] = [];
  readonly #declaredBy = new Map<number, NonNullable<AssetState['declaredBy']>>();
  readonly #packer = new Packer();
  readonly #heap = new RowHeap();
  readonly #firstFinding = new NumberList(new Uint32Array(0));
  /** For the store. */
  readonly pieces = new KeyColumn(
    (key) => this.rowOf(key),
    () => this.#keys.size,
  );

  get(key: string): AssetState | undefined {
    const row = this.rowOf(key);
    const asset = this.#assets[row];
    if (!asset) return undefined;
    const reasons = this.#packer.unpack(this.#heap.segment(row), this.#heap.offset(row), key) as Reasons;
    return { asset, ...reasons };
  }

  /** The asset itself, which costs nothing. */
  assetOf(key: string): Asset | undefined {
    return this.#assets[this.rowOf(key)];
  }

  has(key: string): boolean {
    return this.assetOf(key) !== undefined;
  }

  set(key: string, { asset, ...reasons }: AssetState): void {
    const row = this.rowFor(key);
    this.#assets[row] = asset;
    if (reasons.declaredBy) this.#declaredBy.set(row, reasons.declaredBy);
    this.#heap.put(row, this.#packer, this.#packer.pack(reasons, key));
  }

  *keys(): Generator<string> {
    for (const [row] of this.rows()) yield this.#keys.text(row);
  }

  *[Symbol.iterator](): Generator<[key: string, state: AssetState]> {
    for (const key of this.keys()) yield [key, this.get(key) as AssetState];
  }

  /** The assets themselves. */
  *all(): Generator<[key: string, asset: Asset]> {
    for (const [row, asset] of this.rows()) yield [this.#keys.text(row), asset];
  }

  *rows(): Generator<[row: number, asset: Asset]> {
    for (const [row, asset] of this.#assets.entries()) if (asset) yield [row, asset];
  }

  /** -1: not known. */
  rowOf(key: string): number {
    return this.#keys.of(key);
  }

  /** A new one where it is not known. */
  rowFor(key: string): number {
    const row = this.#keys.add(key);
    if (row === this.#assets.length) {
      this.#assets.push(undefined);
      this.#firstFinding.push(NONE);
    }
    return row;
  }

  /** Rows that were given, with an asset or without. */
  get rowCount(): number {
    return this.#keys.size;
  }

  at(row: number): Asset | undefined {
    return this.#assets[row];
  }

  declaredBy(row: number): NonNullable<AssetState['declaredBy']> {
    return this.#declaredBy.get(row) ?? NOT_DECLARED;
  }

  /** Row of the finding that came last; the table of findings chains the others to it. NONE: it has none. */
  firstFinding(row: number): number {
    return this.#firstFinding.at(row);
  }

  setFirstFinding(row: number, finding: number): void {
    this.#firstFinding.set(row, finding);
  }
}
