import type { Asset, ChangeObservation, Component, Fact, FindingObservation, NowMs } from '@cnapp-slo/model';
import { POLICY_DETECTOR } from '@cnapp-slo/model';
import { ofAsset } from '../policy/engine/context.ts';
import type { Policy } from '../policy/engine/policy.ts';
import { contextOf, contextOfChange, type PolicyBook } from '../policy/engine/policy-book.ts';
import { mentionsOf } from './asset-state.ts';
import type { Estate } from './estate.ts';
import { assetKey, factOf, findingIdOf } from './facts.ts';
import type { Processor } from './processor.ts';

export interface PolicyRunnerSettings {
  book: PolicyBook;
  now: NowMs;
  failed: (what: string, error: unknown) => void;
}

const SCOPE = 'policies';
const TICK_MS = 1000;
/** Facts looked at in one go; bounds how long intake waits. */
const MAX_FACTS = 5000;
const LOOKED_UNTIL = 'policies_seq';

/**
 * Follows the ledger: what new facts speak of is asked again whether a policy holds of it. Where one does, its finding
 * opens, as a fact like any detector's; where it no longer does, the finding has passed.
 */
export class PolicyRunner implements Component {
  readonly name = 'policies';
  readonly #processor: Processor;
  readonly #settings: PolicyRunnerSettings;
  /** Nothing has been asked under the policies in force. */
  #isNew = true;
  /** How far the ledger has been looked at. */
  #seq: number;
  #ticker: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(processor: Processor, settings: PolicyRunnerSettings) {
    this.#processor = processor;
    this.#settings = settings;
    this.#seq = Number(processor.store.meta(LOOKED_UNTIL) ?? processor.store.lastSeq());
  }

  async start(): Promise<void> {
    await this.tick();
    this.#ticker = setInterval(() => void this.tick(), TICK_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticker);
    await this.#running;
  }

  /** Looks at what has changed: files, and facts. Waits for a look that is under way. */
  async tick(): Promise<void> {
    this.#running ??= this.#look().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  async #look(): Promise<void> {
    try {
      if (this.#settings.book.reload()) {
        this.#processor.estate.describeAgain();
        this.#isNew = true;
      }
      // What happens while there are no policies is none of the business of later ones.
      if (this.#settings.book.policies.length === 0) this.#seq = this.#processor.store.lastSeq();
      const facts = this.#settings.book.policies.length === 0 ? [] : this.#followed();
      if (facts.length > 0) await this.#tell(facts);
    } catch (error) {
      this.#settings.failed('policies', error); // the next tick tries again
    }
  }

  async #tell(facts: readonly Fact[]): Promise<void> {
    const result = await this.#processor.submit({
      facts,
      bytes: 0,
      accepted: { status: 'accepted', records: facts.length, rejected: 0 },
      noteSources: () => {},
    });
    if (result.status !== 'accepted') throw new Error(`findings of policies not stored: ${result.code}`);
  }

  /** Verdicts on everything that new facts speak of; on everything there is, under policies that are new. */
  #followed(): Fact[] {
    const { store, estate } = this.#processor;
    const verdicts: Fact[] = [];
    const assets = new Set<string>(this.#isNew ? estate.assets.keys() : []);
    const findings = new Set<string>(this.#isNew ? estate.findings.keys() : []);
    const before = this.#seq;
    for (const fact of store.factsAfter(this.#seq)) {
      this.#seq += 1; // the ledger has no gaps
      if (fact.source.format === POLICY_DETECTOR) continue;
      for (const { ref } of mentionsOf(fact)) assets.add(assetKey(fact.tenant, ref.id));
      if (fact.body.kind === 'finding') findings.add(findingIdOf(fact.tenant, fact.body));
      if (fact.body.kind === 'change') verdicts.push(...this.#onChange(fact as Fact<ChangeObservation>));
      if (assets.size + findings.size > MAX_FACTS && !this.#isNew) break;
    }
    for (const key of assets) verdicts.push(...this.#onAsset(estate, key));
    for (const id of findings) verdicts.push(...this.#onFinding(estate, id));
    this.#isNew = false;
    if (this.#seq !== before) store.transaction(() => store.saveMeta(LOOKED_UNTIL, String(this.#seq)));
    return verdicts;
  }

  #onAsset(estate: Estate, key: string): Fact[] {
    const asset = estate.assets.assetOf(key);
    if (!asset || asset.deletedMs !== undefined) return [];
    return this.#verdicts('asset', asset, asset.ref.id, { asset: ofAsset(asset) });
  }

  #onFinding(estate: Estate, id: string): Fact[] {
    const state = estate.findings.get(id);
    const asset = state && estate.assetOf(state);
    const last = state?.episodes.at(-1);
    if (!state || !asset || !last || state.finding.detector === POLICY_DETECTOR) return [];
    const isOpen = last.state !== 'closed';
    // One finding of the policy for each that it holds of.
    return this.#verdicts('finding', asset, id, contextOf(state.finding, asset), { isOpen, discriminator: id });
  }

  #onChange({ body, tenant }: Fact<ChangeObservation>): Fact[] {
    const [ref] = body.assets;
    const asset = ref && this.#processor.estate.assets.assetOf(assetKey(tenant, ref.id));
    if (!asset) return [];
    return this.#verdicts('change', asset, body.nativeId, contextOfChange(body, asset), {
      atMs: body.atMs,
      discriminator: body.actor.id,
    });
  }

  #verdicts(
    over: Policy['over'],
    asset: Asset,
    subject: string,
    context: Parameters<PolicyBook['holds']>[1],
    more: { isOpen?: boolean; atMs?: number; discriminator?: string } = {},
  ): Fact[] {
    const { book, now } = this.#settings;
    return book.over(over, 'open_finding').flatMap((policy) => {
      const body = observation(policy, asset, more.atMs ?? now());
      if (!body) return [];
      if (more.discriminator !== undefined) body.discriminator = more.discriminator;
      const holds = more.isOpen !== false && book.holds(policy, context, subject);
      const known = this.#processor.estate.findings.get(findingIdOf(asset.tenant, body))?.episodes.at(-1);
      const isKnown = known !== undefined && known.state !== 'closed';
      // A change happened, and does not pass.
      if (over === 'change' ? !holds : holds === isKnown) return [];
      if (!holds) body.verdict = 'pass';
      return [this.#fact(body, asset.tenant)];
    });
  }

  #fact(body: FindingObservation, tenant: string): Fact {
    return factOf(body, {
      tenant,
      recvMs: this.#settings.now(),
      backfill: false,
      exercise: false,
      source: { id: `${POLICY_DETECTOR}/${SCOPE}`, format: POLICY_DETECTOR, scope: SCOPE },
    });
  }
}

function observation(
  { name, version, effect, description }: Policy,
  asset: Asset,
  atMs: number,
): FindingObservation | null {
  if (!('open_finding' in effect)) return null;
  const { title, severity, detector_class: detectorClass, remediation, controls } = effect.open_finding;
  const body: FindingObservation = {
    kind: 'finding',
    detector: POLICY_DETECTOR,
    detectorClass,
    rule: name,
    title,
    asset: asset.ref,
    verdict: 'fail',
    severity,
    atMs,
    scope: SCOPE,
    evidence: { policy_version: version, ...(description !== null && { policy: description }) },
  };
  if (remediation !== undefined) body.remediation = remediation;
  if (controls !== undefined) body.compliance = controls;
  return body;
}
