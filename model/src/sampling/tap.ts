import type { Json } from '../domain/format.ts';
import type { Delivery, Transition } from '../domain/ports.ts';
import type { SamplingRollout } from '../domain/sampling-rollout.ts';
import type { EventClass } from './event-class.ts';
import type { DetectionMark } from './recording.ts';
import type { RolloutRecord } from './rollout.ts';
import type { TierLookup, TierSubject } from './tier.ts';
import type { VolumeRow } from './volume.ts';

/** What a sampler needs of a record. */
export interface TappedRecord {
  readonly resource: Readonly<Record<string, Json>>;
  readonly scopeName: string;
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string | undefined;
  readonly byteLength: number;
  /** Where it stands in the payload: its first byte, in OTLP/JSON its ordinal. */
  readonly place: number;
  attribute(name: string): Json | undefined;
}

export interface TappedKind {
  tenant: string;
  format: string;
  eventClass: EventClass;
  assetId: string | null;
  /** W3C `tracestate` of a span. */
  traceState?: string;
}

/** Sees every log record and span of one delivery, in their order. */
export interface DeliveryTap {
  /** `timeMs`: when it happened, undefined where it does not say. */
  take(record: TappedRecord, kind: TappedKind, timeMs: number | undefined): void;
  /** Resolves when what is to be forwarded is durable; false: it cannot be taken now. */
  end(): Promise<boolean>;
}

/** Looks at telemetry after it was recognised, and before it is acknowledged. */
export interface SamplingTap {
  begin(delivery: Delivery): DeliveryTap;
}

/** What the sampler reads of the processor, and keeps there. */
export interface SamplingSources {
  /** Every asset with what decides its tier. */
  subjects(): Iterable<TierSubject>;
  /** One of them; null where there is none. */
  subject(tenant: string, assetId: string): TierSubject | null;
  /** Runtime and identity detections since `fromMs`. */
  detections(fromMs: number): DetectionMark[];
  /** What was counted before sampling. */
  volumes(): Iterable<VolumeRow>;
  /** Telemetry is accounted for by the newest table. */
  tiersChanged(tiers: TierLookup): void;
  /** State that survives a restart. */
  load(): string | null;
  save(state: string): void;
  /** Changes of the tiers, as the ledger has them. */
  rollouts(): Iterable<RolloutRecord>;
  /** Durable when it resolves. */
  tell(step: SamplingRollout): Promise<void>;
  /** Good share of an SLI's events now; null: unknown. */
  sliRatio(id: string): number | null;
  subscribe(listener: (transitions: readonly Transition[]) => void): () => void;
  nowMs(): number;
}
