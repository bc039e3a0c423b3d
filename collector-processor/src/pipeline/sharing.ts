import type { Asset, AssetContext } from '@cnapp-slo/model';

/** Where nearly every asset has its own, looking for them costs little memory. */
const MOST_CONTEXTS = 4096;

/**
 * Many assets say few different things. What is parsed from JSON is a copy each time: here equal texts become one. Values stay as they are, so that nothing but the memory is different.
 */
export class Sharing {
  /** Bounds what texts that never come again may take. */
  static readonly MOST_TEXTS = 100_000;
  readonly #texts = new Map<string, string>();
  readonly #contexts = new Map<string, AssetContext>();

  text(value: string): string {
    const known = this.#texts.get(value);
    if (known !== undefined) return known;
    if (this.#texts.size >= Sharing.MOST_TEXTS) this.#texts.clear();
    this.#texts.set(value, value);
    return value;
  }

  asset(asset: Asset): void {
    const { ref, context } = asset;
    asset.tenant = this.text(asset.tenant);
    asset.team = this.text(asset.team);
    ref.kind = this.text(ref.kind);
    if (ref.account !== undefined) ref.account = this.text(ref.account);
    if (ref.region !== undefined) ref.region = this.text(ref.region);
    if (ref.cluster !== undefined) ref.cluster = this.text(ref.cluster);
    if (ref.namespace !== undefined) ref.namespace = this.text(ref.namespace);
    this.#fields(context as Record<string, unknown>);
    asset.context = this.#context(context);
  }

  /** One object for all assets of which the same is said. It is never changed: what is learnt goes into a copy. */
  #context(context: AssetContext): AssetContext {
    const key = JSON.stringify(context);
    const known = this.#contexts.get(key);
    if (known) return known;
    if (this.#contexts.size >= MOST_CONTEXTS) this.#contexts.clear();
    this.#contexts.set(key, context);
    return context;
  }

  #fields(fields: Record<string, unknown>): void {
    for (const [name, value] of Object.entries(fields)) if (typeof value === 'string') fields[name] = this.text(value);
  }
}
