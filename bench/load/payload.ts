import { seeded } from '../../collector-processor/src/pipeline/otlp/mutate.ts';
import { encode } from '../../collector-processor/src/pipeline/otlp/protobuf-oracle.ts';
import { buildCompany, type Resource } from '../../demo/company/company.ts';
import { RULES } from '../../demo/company/rules.ts';
import { prowlerFinding } from '../../demo/telemetry/prowler.ts';

/** `mixed`: log lines, one in a hundred a finding. `native`: every body is a tool's own JSON. */
export type PayloadKind = 'mixed' | 'native';

export const recordsARequest = 500;
const findingEvery = { mixed: 100, native: 1 };
/** As many resources have findings; they are scanned again and again, with changing results. */
const buckets = 50_000;

// What the template holds in place of times and names; each has the width of what replaces it.
const stampSeconds = 1_111_111_111;
const stampIso = '2005-03-18T01:58:31';
const bucketName = 'bench-00000000';
const requestId = '7f0000000000000a';

/** Makes requests that are all different at the price of a copy: a template with times, names and ids written over. */
export class Payload {
  readonly #template: Buffer;
  readonly #places: Record<'nanoseconds' | 'seconds' | 'iso' | 'bucket' | 'request', number[]>;
  readonly #bucketOfPlace: number[] = [];
  readonly #random: (below: number) => number;

  constructor(kind: PayloadKind, seed: number) {
    const template = Buffer.from(encode('LogsRequest', request(kind)));
    this.#template = template;
    this.#random = seeded(seed);
    this.#places = {
      nanoseconds: placesOf(template, nanoseconds(stampSeconds)),
      seconds: placesOf(template, Buffer.from(String(stampSeconds))),
      iso: placesOf(template, Buffer.from(stampIso)),
      bucket: placesOf(template, Buffer.from(bucketName)),
      request: placesOf(template, Buffer.from(requestId)),
    };
    // A finding names its bucket several times over less than 4 KiB; the next finding is another bucket.
    const findings = template.toString('latin1').split('"message"').slice(0, -1);
    let end = 0;
    const starts = findings.map((text) => {
      end += text.length + '"message"'.length;
      return end;
    });
    for (const place of this.#places.bucket) this.#bucketOfPlace.push(starts.findLastIndex((start) => start <= place));
  }

  get bytes(): number {
    return this.#template.length;
  }

  /** The next request, as of `nowMs`. */
  next(nowMs: number): Buffer {
    const request = Buffer.from(this.#template);
    const seconds = Math.floor(nowMs / 1000);
    const places = this.#places;
    const stamp = nanoseconds(seconds);
    const iso = new Date(seconds * 1000).toISOString().slice(0, stampIso.length);
    const names: string[] = [];
    for (const at of places.nanoseconds) stamp.copy(request, at);
    for (const at of places.seconds) request.write(String(seconds), at, 'latin1');
    for (const at of places.iso) request.write(iso, at, 'latin1');
    for (const at of places.request)
      request.write(
        this.#random(2 ** 32)
          .toString(16)
          .padStart(8, '0'),
        at,
        'latin1',
      );
    for (const [i, at] of places.bucket.entries()) {
      const finding = this.#bucketOfPlace[i] ?? 0;
      names[finding] ??= String(this.#random(buckets)).padStart(8, '0');
      request.write(names[finding] ?? '', at + 'bench-'.length, 'latin1');
    }
    return request;
  }
}

function nanoseconds(seconds: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(seconds) * 1_000_000_000n);
  return bytes;
}

function placesOf(template: Buffer, token: Buffer): number[] {
  const places: number[] = [];
  for (let at = template.indexOf(token); at >= 0; at = template.indexOf(token, at + token.length)) places.push(at);
  return places;
}

function request(kind: PayloadKind): object {
  const logRecords = Array.from({ length: recordsARequest }, (_, i) =>
    i % findingEvery[kind] === 0 ? finding(i / findingEvery[kind]) : logLine(i),
  );
  const resource = { attributes: attributes({ 'service.name': 'bench', 'cloud.account.id': '111122223333' }) };
  return { resourceLogs: [{ resource, scopeLogs: [{ scope: { name: 'bench' }, logRecords }] }] };
}

const stamp = `${stampSeconds}000000000`;

/** 594 bytes with ten attributes: an access log line of a web service. */
function logLine(i: number): object {
  return {
    timeUnixNano: stamp,
    observedTimeUnixNano: stamp,
    severityNumber: 9,
    severityText: 'INFO',
    body: {
      stringValue: `GET /api/v2/orders/${100_000 + i} answered 200 in ${10 + (i % 90)} ms, 17 items, 2 pages, from the cache of the region eu-central-1 for a customer in the shop`,
    },
    attributes: attributes({
      'http.request.method': 'GET',
      'http.route': '/api/v2/orders/{id}',
      'http.response.status_code': 200,
      'url.path': `/api/v2/orders/${100_000 + i}`,
      'server.address': 'orders.shop.example.internal',
      'client.address': `10.20.${i % 250}.17`,
      'k8s.namespace.name': `shop-${i % 10}`,
      'k8s.pod.name': `orders-5d8c7f9b6d-${10_000 + i}`,
      'request.id': requestId,
      'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0)',
    }),
    traceId: 'W47/95gDgQPSabYzgT/GDA==',
    spanId: '7uGbfsPBsXQ=',
  };
}

const rules = RULES.filter((rule) => rule.scanner === 'prowler' && rule.kind === 'bucket');
const model = buildCompany('bench').resources[0];

function finding(i: number): object {
  const rule = rules[i % rules.length];
  if (rule === undefined || model === undefined) throw new Error('the demo has no rule or resource');
  const bucket: Resource = { ...model, kind: 'bucket', name: bucketName, id: `arn:aws:s3:::${bucketName}` };
  const record = prowlerFinding(rule, bucket, i % 3 === 0 ? 'PASS' : 'FAIL', stampSeconds * 1000);
  return {
    timeUnixNano: stamp,
    observedTimeUnixNano: stamp,
    body: { stringValue: JSON.stringify(record.body) },
  };
}

function attributes(record: Record<string, string | number>): object[] {
  return Object.entries(record).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));
}
