import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLogs, readLogsJson, readMetrics, readMetricsJson, readSpans, readSpansJson } from './index.ts';
import { mutate, seeded } from './mutate.ts';
import { plainLog, plainPoint, plainSpan } from './plain.ts';
import { decode, encode } from './protobuf-oracle.ts';
import type { ReadResult } from './record-view.ts';
import { logsSample, metricsSample, traceSample } from './samples.ts';

/** Mutants of each signal and encoding. CNAPP_FUZZ_MUTANTS=1000000 makes the long run of it. */
const mutants = Number(process.env.CNAPP_FUZZ_MUTANTS ?? 35_000);

type Read<View> = (bytes: Uint8Array, visit: (view: View) => void) => ReadResult;

/** Reads mutants and everything in them. Fails on a throw, on a slow one and on a miscount. */
function survives<View>(name: string, payload: Uint8Array, read: Read<View>, plain: (view: View) => unknown): void {
  test(`${name}: mutated payloads give a result, none takes long`, () => {
    const random = seeded(1);
    let undecodable = 0;
    for (let i = 0; i < mutants; i++) {
      const mutant = mutate(payload, random);
      const start = process.cpuUsage();
      let visited = 0;
      const result = read(mutant, (view) => {
        visited++;
        plain(view);
      });
      // CPU time: a busy machine may well stop us for a while.
      assert.ok(process.cpuUsage(start).user < 500_000, `mutant ${i} took long`);
      if (!result.ok) undecodable++;
      else assert.equal(result.records, visited);
    }
    assert.ok(
      undecodable > mutants / 4 && undecodable < mutants,
      `${undecodable} undecodable: the mutants test little`,
    );
  });
}

survives('logs', encode('LogsRequest', logsSample), readLogs, plainLog);
survives('spans', encode('TraceRequest', traceSample), readSpans, plainSpan);
survives('metrics', encode('MetricsRequest', metricsSample), readMetrics, plainPoint);
survives('logs in JSON', Buffer.from(JSON.stringify(logsSample)), readLogsJson, plainLog);
survives('spans in JSON', Buffer.from(JSON.stringify(traceSample)), readSpansJson, plainSpan);
survives('metrics in JSON', Buffer.from(JSON.stringify(metricsSample)), readMetricsJson, plainPoint);

/**
 * The oracle understands a mutant as we do. Not compared is what it refuses, and what it writes back at another length:
 * protobuf-es lets a field reach beyond its message, and merges repeated single messages where we take the last one.
 */
function agrees<View>(
  name: string,
  message: string,
  sample: object,
  readers: [Read<View>, Read<View>],
  plain: (view: View) => unknown,
) {
  test(`${name}: protobuf-es reads the same from mutated payloads`, () => {
    const payload = encode(message, sample);
    const random = seeded(2);
    let compared = 0;
    for (let i = 0; i < 10_000; i++) {
      const mutant = mutate(payload, random);
      const ours = collect(readers[0], mutant, plain);
      if (!ours.result.ok) continue;
      const theirs = tryDecode(message, mutant);
      if (theirs === undefined) continue;
      const want = collect(readers[1], Buffer.from(JSON.stringify(theirs)), plain);
      assert.deepEqual(ours, want, `mutant ${i}`);
      compared++;
    }
    assert.ok(compared > 100, `only ${compared} compared`);
  });
}

function collect<View>(read: Read<View>, bytes: Uint8Array, plain: (view: View) => unknown) {
  const records: unknown[] = [];
  return { result: read(bytes, (view) => records.push(plain(view))), records };
}

function tryDecode(message: string, bytes: Uint8Array) {
  try {
    const json = decode(message, bytes);
    return encode(message, json).length === bytes.length ? json : undefined;
  } catch {
    return undefined;
  }
}

agrees('logs', 'LogsRequest', logsSample, [readLogs, readLogsJson], plainLog);
agrees('spans', 'TraceRequest', traceSample, [readSpans, readSpansJson], plainSpan);
agrees('metrics', 'MetricsRequest', metricsSample, [readMetrics, readMetricsJson], plainPoint);
