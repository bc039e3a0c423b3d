import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type {
  Actor,
  Component,
  DecidedItem,
  Delivery,
  DeliveryTap,
  DetectionMark,
  GuardResult,
  RolloutState,
  SamplingSources,
  SamplingTap,
  Tier,
  Transition,
} from '@cnapp-slo/model';
import { DAY_MS } from '@cnapp-slo/model';
import { ByteBudget } from './byte-budget.ts';
import { type Fate, keptBytesOf } from './fate.ts';
import type { Downstream, Shipment } from './forward/downstream.ts';
import { pack, unpack } from './forward/downstream.ts';
import { Forwarder } from './forward/forwarder.ts';
import { KafkaDownstream } from './forward/kafka.ts';
import { OtlpGrpcDownstream } from './forward/otlp-grpc.ts';
import { OtlpHttpDownstream } from './forward/otlp-http.ts';
import { rewriteJson, wrapNative } from './forward/rewrite-json.ts';
import { rewriteProto } from './forward/rewrite-proto.ts';
import { RingBuffer } from './forward/ring-buffer.ts';
import { type PromotionRecord, Promotions } from './promotions.ts';
import { type RecordedRange, Recorder } from './recorder.ts';
import { Rollouts } from './rollouts.ts';
import { type DeliverySampler, Sampler } from './sampler.ts';
import type { SamplingConfig } from './service-config.ts';
import { TierTable } from './tier-table.ts';

export interface SamplingTelemetry {
  records(outcome: 'kept' | 'dropped' | 'inconsistent', tier: Tier | 'unknown', records: number, bytes: number): void;
  shipments(outcome: 'delivered' | 'retried' | 'rejected', bytes: number): void;
  promoted(assets: number, backfilled: number): void;
  failed(what: string, error: unknown): void;
  stepped(rollout: RolloutState): void;
  guarded(results: readonly GuardResult[]): void;
}

/** How old the table of tiers may be. */
const TABLE_MS = 60_000;
/** Assets that are looked at before others get a turn: a few milliseconds. */
const ASSETS_AT_A_TIME = 500;

/** Tiers, decisions about what passes, and the way on of what is kept. */
export class SamplingService implements Component, SamplingTap {
  readonly name = 'sampling';
  readonly config: SamplingConfig;
  readonly promotions: Promotions;
  readonly recorder = new Recorder();
  readonly rollouts: Rollouts;
  readonly #sources: SamplingSources;
  readonly #telemetry: SamplingTelemetry;
  readonly #sampler: Sampler;
  #forwarder: Forwarder | null = null;
  #ring: RingBuffer | null = null;
  #table = new TierTable();
  #refreshing: Promise<void> | null = null;
  #timers: NodeJS.Timeout[] = [];
  #unsubscribe: () => void = () => {};

  /** Throws an Error that names the config key. */
  constructor(config: SamplingConfig, sources: SamplingSources, telemetry: SamplingTelemetry) {
    this.config = config;
    this.#sources = sources;
    this.#telemetry = telemetry;
    this.promotions = new Promotions(sources.load(), (state) => sources.save(state));
    this.#sampler = new Sampler(config.tiers.policy, new ByteBudget(definedIn(config.bytes_per_day)));
    this.rollouts = new Rollouts({
      config,
      sources,
      decided: (range) => this.recorded(range, this.trueDetections()),
      apply: ({ standing, open }) => {
        const isOnCanary = open?.step === 'canary' && open.share !== null;
        this.#sampler.use(standing, isOnCanary ? { id: open.id, policy: open.policy, share: open.share ?? 0 } : null);
      },
      stepped: (rollout) => telemetry.stepped(rollout),
      guarded: (results) => telemetry.guarded(results),
    });
    if (config.mode === 'forward' && !config.forward)
      throw new Error('sampling.forward: mode forward needs to know where to');
  }

  get table(): TierTable {
    return this.#table;
  }

  get queuedBytes(): number {
    return this.#forwarder?.queuedBytes ?? 0;
  }

  /** Throws an Error that names the folder where it cannot be used. */
  async start(): Promise<void> {
    await this.refresh();
    this.rollouts.resume();
    this.#timers = [
      setInterval(() => this.refresh(), TABLE_MS),
      setInterval(() => this.#checkGuards(), this.config.rollout.guards.interval_seconds * 1000),
    ];
    this.#openWayOn();
    this.#forwarder?.start();
    if (this.config.promote_on_detection)
      this.#unsubscribe = this.#sources.subscribe((transitions) => this.#promoteDetected(transitions));
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#unsubscribe();
    await this.#refreshing;
    await this.#forwarder?.stop();
    await this.#ring?.close();
  }

  #checkGuards(): void {
    this.rollouts.check().catch((error) => this.#telemetry.failed('sampling guards', error));
  }

  /** Files are touched here, not before: `check-config` builds this, too. */
  #openWayOn(): void {
    const { mode, forward, path } = this.config;
    if (mode !== 'forward' || !forward) return;
    const telemetry = this.#telemetry;
    this.#forwarder = new Forwarder({
      folder: join(path, 'queue'),
      maxBytes: this.config.queue_max_bytes,
      downstream: downstreamOf(forward),
      count: (outcome, bytes) => telemetry.shipments(outcome, bytes),
      failed: (what, error) => telemetry.failed(what, error),
    });
    if (this.config.ring_seconds > 0)
      this.#ring = new RingBuffer(join(path, 'ring'), this.config.ring_seconds, this.config.ring_max_bytes);
  }

  /** Looks at all assets again, some at a time. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#lookAgain().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #lookAgain(): Promise<void> {
    const nowMs = this.#sources.nowMs();
    const table = new TierTable();
    let looked = 0;
    for (const subject of this.#sources.subjects()) {
      table.add(subject, this.promotions.of(subject.tenant, subject.id), nowMs);
      looked += 1;
      if (looked % ASSETS_AT_A_TIME === 0) await setImmediate();
    }
    // Promoted meanwhile.
    for (const { tenant, assetId } of this.promotions.all()) this.#lookAt(table, tenant, assetId, nowMs);
    this.#table = table;
    this.#sources.tiersChanged(table);
  }

  #lookAt(table: TierTable, tenant: string, assetId: string, nowMs: number): void {
    const subject = table.get(tenant, assetId) && this.#sources.subject(tenant, assetId);
    if (subject) table.add(subject, this.promotions.of(tenant, assetId), nowMs);
  }

  begin(delivery: Delivery): DeliveryTap {
    const nowMs = this.#sources.nowMs();
    const sampler = this.#sampler.begin(this.#table, nowMs);
    return {
      take: (record, kind, timeMs) => sampler.take(record, kind, timeMs),
      end: () => this.#end(delivery, sampler, nowMs),
    };
  }

  /** Raises an asset and its neighbours to T0, and sends on what was dropped of them lately. */
  async promote(tenant: string, assetId: string, reason: string, actor: Actor): Promise<PromotionRecord[]> {
    const atMs = this.#sources.nowMs();
    const untilMs = atMs + this.config.promotion_seconds * 1000;
    const neighbours = this.#sources.subject(tenant, assetId)?.neighbours ?? [];
    const promoted = this.promotions.promote({ tenant, assetId, reason, actor, atMs, untilMs }, neighbours);
    for (const one of promoted) this.#lookAt(this.#table, tenant, one.assetId, atMs);
    const backfilled = await this.#backfill(tenant, promoted);
    this.#telemetry.promoted(promoted.length, backfilled);
    return promoted;
  }

  /** Detections of the last day that nobody called false. */
  trueDetections(): DetectionMark[] {
    return this.#detections().filter(({ isTrue }) => isTrue);
  }

  #detections(): DetectionMark[] {
    return this.#sources.detections(this.#sources.nowMs() - DAY_MS);
  }

  /** The recorded window of the last day, with the traces of detections. */
  recorded(range: RecordedRange, detections = this.#detections()): DecidedItem[] {
    return this.recorder.items(range, (tenant, name) => this.#table.named(tenant, name), detections);
  }

  async #end(delivery: Delivery, sampler: DeliverySampler, nowMs: number): Promise<boolean> {
    sampler.finish();
    const { fates } = sampler;
    this.recorder.add(sampler.seen(), nowMs);
    this.#count(fates);
    const forwarder = this.#forwarder;
    if (!forwarder || fates.length === 0) return true;
    const kept = this.#shipment(delivery, fates, nowMs);
    if (kept && !(await forwarder.accept(kept))) return false;
    await this.#keepDropped(delivery, fates, nowMs);
    return true;
  }

  #shipment(delivery: Delivery, fates: readonly Fate[], nowMs: number): Shipment | null {
    const { bytes, encoding } = delivery;
    const signal = delivery.signal === 'traces' ? 'traces' : 'logs';
    if (encoding === 'native') {
      const fate = fates[0];
      return fate !== undefined && fate.kept > 0
        ? { signal, encoding: 'otlp_json', body: wrapNative(bytes, fate, nowMs) }
        : null;
    }
    const rewrite = encoding === 'otlp_proto' ? rewriteProto : rewriteJson;
    const body = rewrite(bytes, signal, fates, nowMs);
    return body ? { signal, encoding, body } : null;
  }

  /** The dropped records go to the ring buffer, asset by asset. */
  async #keepDropped(delivery: Delivery, fates: readonly Fate[], nowMs: number): Promise<void> {
    if (!this.#ring) return;
    const dropped = Map.groupBy(
      fates.filter(({ kept, places }) => kept < places.length),
      ({ tenant, asset }) => `${tenant}\n${asset}`,
    );
    for (const [about, some] of dropped) {
      // A keep by hand has no probability.
      const all = some.map((fate): Fate => {
        const places = fate.places.slice(fate.kept);
        return { ...fate, places, kept: places.length, threshold: null, policy: 'backfill', summary: null };
      });
      const shipment = this.#shipment(delivery, all, nowMs);
      if (shipment) await this.#ring.put(about, pack(shipment), nowMs);
    }
  }

  async #backfill(tenant: string, promoted: readonly PromotionRecord[]): Promise<number> {
    if (!this.#ring || !this.#forwarder) return 0;
    const names = promoted.flatMap(({ assetId }) => [
      assetId,
      ...(this.#sources.subject(tenant, assetId)?.names ?? []),
    ]);
    const messages = await this.#ring.take(new Set(names.map((name) => `${tenant}\n${name}`)), this.#sources.nowMs());
    for (const message of messages) await this.#forwarder.accept(unpack(message));
    return messages.length;
  }

  #promoteDetected(transitions: readonly Transition[]): void {
    for (const { at, episode, finding } of transitions) {
      const isAttack = episode.detectorClass === 'runtime' || episode.detectorClass === 'identity';
      if (at !== 'detected' || !isAttack || episode.exercise || episode.origin === 'backfill') continue;
      const actor: Actor = { id: 'detection', kind: 'automation' };
      this.promote(finding.tenant, finding.asset.id, `${finding.detector}: ${finding.rule}`, actor).catch((error) =>
        this.#telemetry.failed('promotion', error),
      );
    }
  }

  #count(fates: readonly Fate[]): void {
    const sums = new Map<string, [records: number, bytes: number]>();
    const add = (outcome: string, tier: Tier | null, records: number, bytes: number): void => {
      if (records === 0) return;
      const sum = sums.get(`${outcome} ${tier ?? 'unknown'}`) ?? [0, 0];
      sums.set(`${outcome} ${tier ?? 'unknown'}`, [sum[0] + records, sum[1] + bytes]);
    };
    for (const fate of fates) {
      const { kept, places, policy, tier, bytes } = fate;
      const keptBytes = keptBytesOf(fate);
      add(policy === 'inconsistent' ? 'inconsistent' : 'kept', tier, kept, keptBytes);
      add('dropped', tier, places.length - kept, bytes - keptBytes);
    }
    for (const [key, [records, bytes]] of sums) {
      const [outcome, tier] = key.split(' ') as ['kept' | 'dropped' | 'inconsistent', Tier | 'unknown'];
      this.#telemetry.records(outcome, tier, records, bytes);
    }
  }
}

function definedIn(budgets: SamplingConfig['bytes_per_day']): Partial<Record<Tier, number>> {
  return Object.fromEntries(Object.entries(budgets).filter(([, bytes]) => bytes !== undefined));
}

function downstreamOf(forward: NonNullable<SamplingConfig['forward']>): Downstream {
  const { otlp_http: http, otlp_grpc: grpc, kafka, timeout_ms: timeoutMs } = forward;
  if (http) return new OtlpHttpDownstream(http.endpoint, http.headers, timeoutMs);
  if (grpc) return new OtlpGrpcDownstream(grpc.endpoint, grpc.headers, timeoutMs);
  if (!kafka) throw new Error('sampling.forward: want one of otlp_http, otlp_grpc and kafka');
  const { brokers, logs_topic: logs, traces_topic: traces, client_id: clientId } = kafka;
  return new KafkaDownstream({ brokers, topics: { logs, traces }, clientId }, timeoutMs);
}
