import type { Asset, AssetContext, AssetRef, Criticality, Fact, Relation } from '@cnapp-slo/model';
import { digestsOf } from '@cnapp-slo/model';

/** [event time, fact id] of what set a field: the later one wins, whatever the order of arrival. */
type Stamp = [number, string];

export interface AssetState {
  asset: Asset;
  stamps: Record<string, Stamp>;
  /** Latest sight and latest deletion; the later one decides whether it exists. It is gone since the first deletion after the latest sight. */
  presentMs: number;
  deletedMs: number | null;
  /** Deletions, earliest first; absent while there is none. */
  deletions?: number[];
  /** Inventory scopes that listed it → first and last time; absent while none did. */
  listed?: Record<string, [firstMs: number, lastMs: number]>;
  /** Repositories that claim to declare it → when they last did; absent while none does. */
  declaredBy?: Record<string, number>;
  /** What each source last said it is related to, by `<format> <rel>`; absent while none says anything. */
  relations?: Record<string, Related>;
  /** Digests it was seen to run → first and last sight. */
  ran?: Record<string, [firstMs: number, lastMs: number]>;
}

/** A later word of the same source on the same kind of relation replaces the whole list. */
interface Related {
  stamp: Stamp;
  to: readonly Relation[];
}

/** Where nothing says how critical an asset is. */
export const DEFAULT_CRITICALITY: Criticality = 'c2';
export const UNOWNED = 'unowned';

/** The assets that a fact speaks of, with what it says of them. */
export function mentionsOf({ body }: Fact): { ref: AssetRef; context: AssetContext | undefined }[] {
  if (body.kind === 'change') return body.assets.map((ref) => ({ ref, context: undefined }));
  return body.kind === 'finding' || body.kind === 'asset' ? [{ ref: body.asset, context: body.context }] : [];
}

/** Joins what a fact says of an asset into what is known; commutative, associative and idempotent. */
export function mergeAsset(
  known: AssetState | undefined,
  fact: Fact,
  ref: AssetRef,
  context: AssetContext | undefined,
): AssetState {
  const stamp: Stamp = [fact.atMs, fact.id];
  const state: AssetState = known
    ? { ...known, asset: { ...known.asset, context: { ...known.asset.context } }, stamps: { ...known.stamps } }
    : {
        asset: {
          ref,
          tenant: fact.tenant,
          context: {},
          team: UNOWNED,
          criticality: DEFAULT_CRITICALITY,
          firstSeenMs: fact.atMs,
          lastSeenMs: fact.atMs,
        },
        stamps: {},
        presentMs: Number.NEGATIVE_INFINITY,
        deletedMs: null,
      };
  const { asset } = state;
  asset.firstSeenMs = Math.min(asset.firstSeenMs, fact.atMs);
  asset.lastSeenMs = Math.max(asset.lastSeenMs, fact.atMs);
  if (wins(state.stamps, 'ref', stamp, richness(ref))) asset.ref = ref;
  for (const field in context) {
    const value = context[field as keyof AssetContext];
    if (value !== undefined && wins(state.stamps, field, stamp, 0)) Object.assign(asset.context, { [field]: value });
  }
  const repository = context?.iac?.repository;
  if (repository !== undefined) {
    const claims = { ...state.declaredBy };
    claims[repository] = Math.max(claims[repository] ?? fact.atMs, fact.atMs);
    state.declaredBy = Object.fromEntries(Object.entries(claims).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  if (fact.body.kind === 'asset' && fact.body.relations !== undefined)
    relate(state, fact.source.format, stamp, fact.body.relations);
  const digests = digestsOf(fact);
  if (digests.length > 0) state.ran = sawRunning(state.ran, digests, fact.atMs);
  asset.team = asset.context.owner ?? UNOWNED;
  asset.criticality = asset.context.criticality ?? DEFAULT_CRITICALITY;
  delete asset.teamReason;
  delete asset.criticalityReason;
  const deletion = fact.body.kind === 'asset' && fact.body.state === 'deleted';
  if (deletion) {
    state.deletions = [...new Set([...(state.deletions ?? []), fact.atMs])].sort((a, b) => a - b);
    state.deletedMs = Math.max(state.deletedMs ?? fact.atMs, fact.atMs);
    if (fact.body.kind === 'asset' && fact.body.cause !== undefined && wins(state.stamps, 'cause', stamp, 0)) {
      asset.deletedCause = fact.body.cause;
    }
  } else {
    const listed = fact.body.kind === 'asset' ? fact.body.listed : undefined;
    if (listed) state.listed = listedBy(state.listed, listed);
    state.presentMs = Math.max(state.presentMs, fact.atMs, listed?.atMs ?? fact.atMs);
    asset.lastSeenMs = Math.max(asset.lastSeenMs, state.presentMs);
  }
  const goneMs = state.deletions?.find((ms) => ms >= state.presentMs);
  if (goneMs !== undefined) asset.deletedMs = goneMs;
  else delete asset.deletedMs;
  return state;
}

function listedBy(
  known: AssetState['listed'],
  { scope, atMs }: { scope: string; atMs: number },
): NonNullable<AssetState['listed']> {
  const [firstMs, lastMs] = known?.[scope] ?? [atMs, atMs];
  const listed = { ...known, [scope]: [Math.min(firstMs, atMs), Math.max(lastMs, atMs)] as [number, number] };
  return Object.fromEntries(Object.entries(listed).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function relate(state: AssetState, format: string, stamp: Stamp, said: readonly Relation[]): void {
  const relations = { ...state.relations };
  for (const rel of new Set(said.map((relation) => relation.rel))) {
    const known = relations[`${format} ${rel}`]?.stamp;
    const to = said.filter((relation) => relation.rel === rel);
    if (!known || isLater(stamp, known)) relations[`${format} ${rel}`] = { stamp, to };
  }
  state.relations = Object.fromEntries(Object.entries(relations).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sawRunning(
  known: AssetState['ran'],
  digests: readonly string[],
  atMs: number,
): NonNullable<AssetState['ran']> {
  const ran = { ...known };
  for (const digest of digests) {
    const [firstMs, lastMs] = ran[digest] ?? [atMs, atMs];
    ran[digest] = [Math.min(firstMs, atMs), Math.max(lastMs, atMs)];
  }
  return Object.fromEntries(Object.entries(ran).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** As JSON text too, which has the keys in their order: what is written again must not differ. */
export function isSameRef(a: AssetRef, b: AssetRef): boolean {
  if (a === b) return true;
  if (a.id !== b.id) return false;
  const keys = Object.keys(b);
  let at = 0;
  for (const key in a) {
    if (key !== keys[at++]) return false;
    const [ofA, ofB] = [a[key as keyof AssetRef], b[key as keyof AssetRef]];
    if (ofA !== ofB && JSON.stringify(ofA) !== JSON.stringify(ofB)) return false;
  }
  return at === keys.length;
}

/** Everything that any source last said. */
export function relationsOf(state: AssetState | undefined): Relation[] {
  return Object.values(state?.relations ?? {}).flatMap(({ to }) => to);
}

function isLater(a: Stamp, b: Stamp): boolean {
  return a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]);
}

/** Of two descriptions of the same asset the richer wins, then the later, then the one with the higher fact id. */
function richness(ref: AssetRef): number {
  return Object.keys(ref).length;
}

/** What is compared by weight always has one. */
function wins(stamps: Record<string, Stamp>, field: string, stamp: Stamp, weight: number): boolean {
  const old = stamps[field];
  const oldWeight = weight > 0 ? (stamps[`${field}#`]?.[0] ?? 0) : 0;
  const later = old === undefined || weight > oldWeight || (weight === oldWeight && isLater(stamp, old));
  if (!later) return false;
  stamps[field] = stamp;
  if (weight > 0) stamps[`${field}#`] = [weight, ''];
  return true;
}
