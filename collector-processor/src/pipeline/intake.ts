import { setImmediate } from 'node:timers/promises';
import type {
  Delivery,
  DeliveryTap,
  Envelope,
  EventClass,
  Fact,
  Intake,
  IntakeResult,
  Json,
  SamplingTap,
  TappedKind,
  TappedRecord,
} from '@cnapp-slo/model';
import { eventClassOf, NEVER_DROP } from '@cnapp-slo/model';
import { detect, mayBeNative, unknownFormat } from '../formats/index.ts';
import { type Peeled, peel } from '../formats/peel/index.ts';
import { isPlainLine } from '../formats/prefilter.ts';
import { AgentMetrics } from './agent-metrics.ts';
import { aboutOf, Batch, tenantOf } from './batch.ts';
import { isMarked } from './exercise-mark.ts';
import type { DataPointView, LogRecordView, ReadResult, RecordView, SpanView } from './otlp/index.ts';
import { readLogs, readLogsJson, readMetrics, readMetricsJson, readSpans, readSpansJson } from './otlp/index.ts';
import type { Processor } from './processor.ts';
import { spanDocument } from './span-document.ts';

/** The queue of what is forwarded empties as fast as its downstream takes it. */
const RETRY_AFTER_MS = 5000;
/** Facts of one delivery in one transaction: a few tenths of a second. */
const MAX_FACTS_A_PART = 2000;
/** Beyond so many documents in one record their lengths are not taken one by one. */
const MAX_MEASURED = 1000;
/** So long a large file may keep everything else waiting while it is read. */
const MAX_HOLD_MS = 50;
const NO_ATTRIBUTES: Readonly<Record<string, Json>> = {};

/** Bytes in, durable effects out: decode, recognise, append. */
export class ProcessorIntake implements Intake {
  readonly #processor: Processor;
  readonly #exerciseKey: string | null;
  readonly #sampling: SamplingTap | null;

  /**
   * `exerciseKey` signs exercises; without one every message that calls itself one is believed. `sampling` sees every log
   * record and span that is no history.
   */
  constructor(processor: Processor, exerciseKey: string | null = null, sampling: SamplingTap | null = null) {
    this.#processor = processor;
    this.#exerciseKey = exerciseKey;
    this.#sampling = sampling;
  }

  async accept(delivery: Delivery): Promise<IntakeResult> {
    const batch = new Batch(delivery.receivedMs, delivery.backfill ?? false, this.#exerciseKey);
    const tap = delivery.backfill ? null : (this.#sampling?.begin(delivery) ?? null);
    const read =
      delivery.encoding === 'native' ? await readNative(delivery, batch, tap) : readOtlp(delivery, batch, tap);
    if (!read.ok) return { status: 'invalid', code: read.code, message: read.message };
    // Before anything is counted: what is refused comes again.
    if (tap && !(await tap.end())) return { status: 'retryable', code: 'sampling_queue', retryAfterMs: RETRY_AFTER_MS };
    const accepted: IntakeResult = {
      status: 'accepted',
      records: read.records,
      rejected: batch.rejected + read.rejected,
    };
    const message = read.message ?? batch.firstRejection;
    if (message !== undefined) accepted.message = message;
    if (delivery.encoding === 'native' && batch.facts.length > 0) accepted.times = timesOf(batch.facts);
    const bytes = delivery.bytes.byteLength;
    const last = await this.#submitAllButLast(batch, bytes);
    if (!('facts' in last)) return last;
    return this.#processor.submit({
      ...last,
      accepted,
      noteSources: (book) => batch.noteSources(book, delivery.bytes.byteLength),
      offset: delivery.offset,
    });
  }

  /**
   * Many documents' facts go in by several transactions, so that none holds up everything else; what remains goes in with the delivery's offset and counts.
   * A document stays whole, and taking one twice changes nothing: a part alone says nothing that is not so.
   */
  async #submitAllButLast(
    { facts, ends }: Batch,
    bytes: number,
  ): Promise<{ facts: readonly Fact[]; bytes: number } | IntakeResult> {
    let from = 0;
    for (const end of ends) {
      if (end - from < MAX_FACTS_A_PART || end === facts.length) continue;
      const result = await this.#processor.submit({
        facts: facts.slice(from, end),
        bytes: (bytes * (end - from)) / facts.length,
        accepted: { status: 'accepted', records: 0, rejected: 0 },
        noteSources: () => {},
      });
      if (result.status !== 'accepted') return result;
      from = end;
    }
    return from === 0
      ? { facts, bytes }
      : { facts: facts.slice(from), bytes: (bytes * (facts.length - from)) / facts.length };
  }

  storedOffset(topic: string, partition: number): string | null {
    return this.#processor.store.offset(topic, partition);
  }
}

function timesOf(facts: readonly Fact[]): { firstMs: number; lastMs: number } {
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { atMs } of facts) {
    firstMs = Math.min(firstMs, atMs);
    lastMs = Math.max(lastMs, atMs);
  }
  return { firstMs, lastMs };
}

function readOtlp(delivery: Delivery, batch: Batch, tap: DeliveryTap | null): ReadResult {
  const { bytes } = delivery;
  const isJson = delivery.encoding === 'otlp_json';
  const plain = new PlainCounter(batch, delivery.signal);
  let result: ReadResult;
  if (delivery.signal === 'logs') {
    const visit = (record: LogRecordView): void => takeLog(record, delivery, batch, plain, tap);
    result = isJson ? readLogsJson(bytes, visit) : readLogs(bytes, visit);
  } else if (delivery.signal === 'traces') {
    const visit = (span: SpanView): void => takeSpan(span, delivery, batch, plain, tap);
    result = isJson ? readSpansJson(bytes, visit) : readSpans(bytes, visit);
  } else {
    const agents = new AgentMetrics(delivery.receivedMs);
    const visit = (point: DataPointView): void => {
      plain.count(point);
      agents.see(point);
    };
    result = isJson ? readMetricsJson(bytes, visit) : readMetrics(bytes, visit);
    if (result.ok) agents.flush(batch);
  }
  if (result.ok) plain.flush();
  return result;
}

/** Route on bytes before parsing a body: most log lines are no security telemetry and cost a look at their first byte. */
function takeLog(
  record: LogRecordView,
  delivery: Delivery,
  batch: Batch,
  plain: PlainCounter,
  tap: DeliveryTap | null,
): void {
  const { bodyKind } = record;
  const text = bodyKind === 'string' || bodyKind === 'bytes';
  const isCandidate = text
    ? (!isPlainLine(record.bodyFirstByte, record.bodyHasQuote()) && mayBeNative(record.bodyBytes())) ||
      record.attribute('cnapp.format') !== undefined ||
      isAttributeOnly(record)
    : bodyKind === 'value' || isAttributeOnly(record);
  const timeMs = record.timeMs ?? record.observedMs;
  if (!isCandidate) {
    plain.count(record);
    tap?.take(record, plain.kind, timeMs);
    return;
  }
  const envelope: Envelope = {
    resource: record.resource,
    attributes: record.attributes(),
    receivedMs: delivery.receivedMs,
  };
  if (timeMs !== undefined) envelope.recordTimeMs = timeMs;
  if (record.traceId !== undefined) envelope.traceId = record.traceId;
  if (record.spanId !== undefined) envelope.spanId = record.spanId;
  const taken = takeDocuments(text ? record.bodyText() : record.bodyJson(), envelope, batch, record.byteLength);
  tap?.take(record, { ...taken, tenant: tenantOf(envelope.resource, envelope.attributes) }, timeMs);
}

/** Encodings that leave the body empty or say everything in attributes (awslogs, gcp audit, falcosidekick). */
function isAttributeOnly(record: LogRecordView): boolean {
  if (record.bodyKind === 'none') return true;
  return record.scopeName === 'falco' || record.attribute('rule') !== undefined;
}

function takeSpan(
  span: SpanView,
  delivery: Delivery,
  batch: Batch,
  plain: PlainCounter,
  tap: DeliveryTap | null,
): void {
  const document = spanDocument(span);
  const timeMs = span.endMs ?? span.startMs;
  const { traceState } = span;
  if (document === null) {
    plain.count(span);
    tap?.take(span, traceState === '' ? plain.kind : { ...plain.kind, traceState }, timeMs);
    return;
  }
  const envelope: Envelope = {
    resource: span.resource,
    attributes: span.attributes(),
    receivedMs: delivery.receivedMs,
  };
  if (timeMs !== undefined) envelope.recordTimeMs = timeMs;
  if (span.traceId !== undefined) envelope.traceId = span.traceId;
  if (span.spanId !== undefined) envelope.spanId = span.spanId;
  const taken = takeDocuments(document, envelope, batch, span.byteLength);
  tap?.take(span, { ...taken, tenant: tenantOf(envelope.resource, envelope.attributes), traceState }, timeMs);
}

/** What the documents of one record came to: of several classes the one that must be kept, and the first asset. */
interface Taken {
  documents: number;
  format: string;
  eventClass: EventClass;
  assetId: string | null;
}

function takeDocuments(input: string | Json, given: Envelope, batch: Batch, size: number): Taken {
  const record = new RecordDocuments(input, given, batch, size);
  for (let index = 0; index < record.count; index += 1) record.take(index);
  return record.end();
}

/** The same for a message or file, which may hold very many: other work gets its turn in between. */
async function takeInTurn(input: Uint8Array, given: Envelope, batch: Batch): Promise<Taken> {
  const record = new RecordDocuments(input, given, batch, input.byteLength);
  let sinceMs = performance.now();
  for (let index = 0; index < record.count; index += 1) {
    record.take(index);
    batch.ends.push(batch.facts.length);
    if (performance.now() - sinceMs < MAX_HOLD_MS) continue;
    await setImmediate();
    sinceMs = performance.now();
  }
  return record.end();
}

/** The documents of one record, taken one by one; `size` is shared by them by their length. */
class RecordDocuments {
  readonly #isMessage: boolean;
  readonly #outer: Envelope;
  readonly #batch: Batch;
  readonly #size: number;
  readonly #peeled: Peeled;
  readonly #lengths: readonly number[];
  readonly #whole: number;
  readonly #taken: Taken;

  constructor(input: Uint8Array | string | Json, given: Envelope, batch: Batch, size: number) {
    this.#isMessage = input instanceof Uint8Array;
    this.#batch = batch;
    this.#size = size;
    this.#outer = batch.checked(given, input);
    this.#peeled = peel(input, this.#outer);
    const { docs } = this.#peeled;
    // Of very many each is about as long as another.
    this.#lengths =
      docs.length > 1 && docs.length <= MAX_MEASURED ? docs.map(({ doc }) => lengthOf(doc)) : docs.map(() => 1);
    this.#whole = this.#lengths.reduce((sum, length) => sum + length, 0);
    this.#taken = { documents: docs.length, format: 'other', eventClass: 'log', assetId: null };
  }

  get count(): number {
    return this.#peeled.docs.length;
  }

  take(index: number): void {
    const peeled = this.#peeled.docs[index];
    if (!peeled) return;
    const { doc, envelope: found } = peeled;
    const part = (this.#size * (this.#lengths[index] ?? 0)) / this.#whole;
    // What is wrapped inside cannot be signed by itself.
    const envelope = isMarked(this.#outer) ? found : this.#batch.checked(found, null);
    const format = detect(doc, envelope);
    if (!format) {
      // A log record may be anything; whoever sends documents of tools means them to be read.
      this.#batch.pass(envelope, part, this.#isMessage ? unknownFormat(doc) : undefined);
      return;
    }
    const { observations, rejections } = format.decode(doc, envelope);
    const eventClass = this.#batch.take(format.id, observations, rejections, envelope, part);
    const taken = this.#taken;
    if (taken.format === 'other' || NEVER_DROP.has(eventClass)) taken.eventClass = eventClass;
    taken.format = format.id;
    taken.assetId ??= aboutOf(observations);
  }

  end(): Taken {
    const { docs, rejections } = this.#peeled;
    for (const rejection of rejections) this.#batch.pass(this.#outer, docs.length > 0 ? 0 : this.#size, rejection);
    return this.#taken;
  }
}

function lengthOf(doc: Json | Uint8Array | string): number {
  return typeof doc === 'string' ? doc.length : JSON.stringify(doc).length;
}

/** Documents of a tool's own format: a Kafka message, or a file. Nothing readable in it makes it invalid. */
async function readNative(delivery: Delivery, batch: Batch, tap: DeliveryTap | null): Promise<ReadResult> {
  const headers = delivery.headers ?? {};
  const envelope: Envelope = { resource: resourceOf(headers), attributes: headers, receivedMs: delivery.receivedMs };
  if (delivery.recordTimeMs !== undefined) envelope.recordTimeMs = delivery.recordTimeMs;
  if (headers.path !== undefined) envelope.path = headers.path;
  const trace = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(headers.traceparent ?? '');
  if (trace?.[1] !== undefined && trace[2] !== undefined) {
    envelope.traceId = trace[1];
    envelope.spanId = trace[2];
  }
  const taken = await takeInTurn(delivery.bytes, envelope, batch);
  if (taken.documents === 0) {
    const [code, ...message] = (batch.firstRejection ?? 'peel.empty: there is no document in it').split(': ');
    return { ok: false, code: code ?? 'peel.empty', message: message.join(': ') };
  }
  const message: TappedRecord = {
    resource: envelope.resource,
    scopeName: '',
    traceId: envelope.traceId,
    byteLength: delivery.bytes.byteLength,
    place: 0,
    attribute: (name) => envelope.attributes[name],
  };
  const timeMs = delivery.recordTimeMs ?? delivery.receivedMs;
  tap?.take(message, { ...taken, tenant: tenantOf(envelope.resource, headers) }, timeMs);
  return { ok: true, records: taken.documents, rejected: 0 };
}

/** The Collector's Kafka exporter can put resource attributes into headers; ours are passed on as they are. */
function resourceOf(headers: Readonly<Record<string, string>>): Readonly<Record<string, Json>> {
  const keys = Object.keys(headers).filter((key) => /^(cloud|k8s|service|deployment|cnapp)\./.test(key));
  return keys.length === 0 ? NO_ATTRIBUTES : Object.fromEntries(keys.map((key) => [key, headers[key] ?? null]));
}

/** Spans say so by a `traceState`. */
function plainKind(signal: string, resource: Readonly<Record<string, Json>>): TappedKind {
  const format = `otlp-${signal}`;
  const kind = {
    tenant: tenantOf(resource, NO_ATTRIBUTES),
    format,
    eventClass: eventClassOf(format, []),
    assetId: null,
  };
  return signal === 'traces' ? { ...kind, traceState: '' } : kind;
}

/** Counts runs of plain records by their resource, which readers hand out as the same object. */
class PlainCounter {
  readonly #batch: Batch;
  readonly #signal: string;
  #resource: Readonly<Record<string, Json>> | null = null;
  #count = 0;
  #bytes = 0;
  /** Of the records of the running resource. */
  kind: TappedKind;

  constructor(batch: Batch, signal: string) {
    this.#batch = batch;
    this.#signal = signal;
    this.kind = plainKind(signal, NO_ATTRIBUTES);
  }

  count({ resource, byteLength }: RecordView): void {
    if (resource !== this.#resource) {
      this.flush();
      this.#resource = resource;
      this.kind = plainKind(this.#signal, resource);
    }
    this.#count += 1;
    this.#bytes += byteLength;
  }

  flush(): void {
    if (this.#resource && this.#count > 0) this.#batch.passMany(this.#resource, this.#signal, this.#count, this.#bytes);
    this.#count = 0;
    this.#bytes = 0;
  }
}
