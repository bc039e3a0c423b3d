import type { AssetRef, Envelope, EventClass, Fact, Json, Observation, Rejection } from '@cnapp-slo/model';
import { allot, DEFAULT_TENANT, eventClassOf, exerciseTenant } from '@cnapp-slo/model';
import { EXERCISE, isGenuine, isMarked } from './exercise-mark.ts';
import { factOf, placeOf } from './facts.ts';
import type { SourceBook, SourceNote } from './source-book.ts';
import type { VolumeNote } from './volume-book.ts';

/** Events stamped further ahead of their receipt than this cannot be trusted. */
const FUTURE_TOLERANCE_MS = 5 * 60_000;

/** What one delivery came to, gathered document by document: facts, and what to note about each source. */
export class Batch {
  readonly facts: Fact[] = [];
  /** Where in `facts` each document ends; only of native deliveries, which may hold very many. */
  readonly ends: number[] = [];
  /** What was refused of the records, and why the first was: `<code>: <message>`. */
  rejected = 0;
  firstRejection: string | undefined;
  readonly #notes = new Map<string, SourceNote>();
  /** Share of the delivery that each volume has, in the order of `#volumes`. */
  readonly #sizes: number[] = [];
  readonly #volumes: VolumeNote[] = [];
  readonly #receivedMs: number;
  readonly #backfill: boolean;
  readonly #exerciseKey: string | null;

  constructor(receivedMs: number, backfill: boolean, exerciseKey: string | null = null) {
    this.#receivedMs = receivedMs;
    this.#backfill = backfill;
    this.#exerciseKey = exerciseKey;
  }

  /** The envelope, without the mark of an exercise that is not signed as it must be; that is counted. */
  checked(envelope: Envelope, message: Uint8Array | string | Json): Envelope {
    if (!isMarked(envelope) || isGenuine(envelope, message, this.#exerciseKey)) return envelope;
    const note = this.#note(
      tenantOf(envelope.resource, envelope.attributes),
      'other',
      placeOfResource(envelope.resource),
    );
    const code = 'exercise.signature';
    note.rejects[code] = (note.rejects[code] ?? 0) + 1;
    return { ...envelope, attributes: { ...envelope.attributes, [EXERCISE]: false } };
  }

  /** A document of a known format; `size` is its weight among what the delivery holds. */
  take(
    format: string,
    observations: readonly Observation[],
    rejections: readonly Rejection[],
    envelope: Envelope,
    size: number,
  ): EventClass {
    const exercise = isMarked(envelope);
    const tested = tenantOf(envelope.resource, envelope.attributes);
    // What is injected must not make a silent source look alive.
    const tenant = exercise ? exerciseTenant(tested) : tested;
    const scope = scopeOf(observations, envelope);
    const note = this.#note(tenant, format, scope);
    note.records += 1;
    note.recognised += 1;
    const eventClass = eventClassOf(format, observations, exercise);
    this.#count(note, eventClass, aboutOf(observations), envelope.resource, 1, size);
    for (const observation of observations) {
      if (observation.kind === 'activity') continue;
      if (observation.atMs > this.#receivedMs + FUTURE_TOLERANCE_MS) {
        this.#reject(note, {
          code: 'skew_rejected',
          message: `${format}: the event is stamped more than five minutes ahead of its receipt`,
        });
        continue;
      }
      const fact = factOf(observation, {
        tenant,
        recvMs: this.#receivedMs,
        backfill: this.#backfill,
        exercise,
        source: { id: `${format}/${scope}`, format, scope },
        traceId: envelope.traceId,
        spanId: envelope.spanId,
      });
      this.facts.push(fact);
      note.facts.push(fact);
    }
    for (const rejection of rejections) this.#reject(note, rejection);
    return eventClass;
  }

  /** A document of no known format, or one that could not be read. */
  pass(envelope: Pick<Envelope, 'resource' | 'attributes'>, size: number, rejection?: Rejection): void {
    const note = this.#note(
      tenantOf(envelope.resource, envelope.attributes),
      'other',
      placeOfResource(envelope.resource),
    );
    note.records += 1;
    this.#count(note, 'log', null, envelope.resource, 1, size);
    if (rejection) this.#reject(note, rejection);
  }

  /** Plain records of one resource, counted together. */
  passMany(resource: Readonly<Record<string, Json>>, signal: string, count: number, size: number): void {
    const format = `otlp-${signal}`;
    const note = this.#note(tenantOf(resource, {}), format, placeOfResource(resource));
    note.records += count;
    this.#count(note, eventClassOf(format, []), null, resource, count, size);
  }

  noteSources(book: SourceBook, bytes: number): void {
    for (const [index, share] of allot(bytes, this.#sizes).entries()) {
      const volume = this.#volumes[index] as VolumeNote;
      volume.bytes = share;
    }
    for (const note of this.#notes.values()) {
      const bytesOfNote = (note.volumes ?? []).reduce((sum, volume) => sum + volume.bytes, 0);
      book.note({ ...note, bytes: bytesOfNote });
    }
  }

  #count(
    note: SourceNote,
    eventClass: EventClass,
    assetId: string | null,
    resource: VolumeNote['resource'],
    events: number,
    size: number,
  ): void {
    note.volumes ??= [];
    const last = note.volumes.at(-1);
    // Runs of one kind are one row: most deliveries hold few kinds.
    if (last && last.eventClass === eventClass && last.assetId === assetId && last.resource === resource) {
      last.events += events;
      this.#sizes[last.index] = (this.#sizes[last.index] ?? 0) + size;
      return;
    }
    const volume: VolumeNote = { index: this.#volumes.length, eventClass, assetId, resource, events, bytes: 0 };
    this.#volumes.push(volume);
    this.#sizes.push(size);
    note.volumes.push(volume);
  }

  #note(tenant: string, format: string, scope: string): SourceNote {
    const key = `${tenant}\u0000${format}\u0000${scope}`;
    let note = this.#notes.get(key);
    if (!note) {
      const receivedMs = this.#backfill ? null : this.#receivedMs;
      note = {
        tenant,
        format,
        scope,
        records: 0,
        recognised: 0,
        bytes: 0,
        rejects: {},
        facts: [],
        volumes: [],
        receivedMs,
      };
      this.#notes.set(key, note);
    }
    return note;
  }

  #reject(note: SourceNote, rejection: Rejection): void {
    note.rejects[rejection.code] = (note.rejects[rejection.code] ?? 0) + 1;
    this.rejected += 1;
    this.firstRejection ??= `${rejection.code}: ${rejection.message}`;
  }
}

/** Of the record's attributes, else of its resource. */
export function tenantOf(resource: Readonly<Record<string, Json>>, attributes: Readonly<Record<string, Json>>): string {
  const tenant = attributes['cnapp.tenant'] ?? resource['cnapp.tenant'];
  return typeof tenant === 'string' && /^[\w.-]{1,64}$/.test(tenant) ? tenant : DEFAULT_TENANT;
}

/** Where a source speaks of: said by `cnapp.scope`, else the account, cluster or repository of what it observed. */
function scopeOf(observations: readonly Observation[], envelope: Envelope): string {
  const said = envelope.attributes['cnapp.scope'] ?? envelope.resource['cnapp.scope'];
  if (typeof said === 'string' && said !== '') return said;
  for (const observation of observations) {
    const asset = assetOf(observation);
    if (asset && (asset.account !== undefined || asset.cluster !== undefined)) return placeOf(asset);
    if (observation.kind === 'change' && observation.vcs) return observation.vcs.repository;
    if (observation.kind === 'gate') return observation.repository;
  }
  const first = observations[0] && assetOf(observations[0]);
  return first ? placeOf(first) : placeOfResource(envelope.resource);
}

/** The asset that a document is about; null where it names none. */
export function aboutOf(observations: readonly Observation[]): string | null {
  return observations.map(assetOf).find((asset) => asset !== undefined)?.id ?? null;
}

function assetOf(observation: Observation): AssetRef | undefined {
  if (observation.kind === 'change') return observation.assets[0];
  return 'asset' in observation ? observation.asset : undefined;
}

function placeOfResource(resource: Readonly<Record<string, Json>>): string {
  for (const key of ['cloud.account.id', 'k8s.cluster.name', 'service.name', 'host.name']) {
    const value = resource[key];
    if (typeof value === 'string' && value !== '') return value;
  }
  return 'unknown';
}
