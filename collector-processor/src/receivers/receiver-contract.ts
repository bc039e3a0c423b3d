import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Component, Delivery, Intake, IntakeResult } from '@cnapp-slo/model';
import type { ReceiverSettings } from './settings.ts';

/** For tests: an intake that notes what it gets and answers as told. */
export class RecordingIntake implements Intake {
  readonly deliveries: Delivery[] = [];
  readonly offsets = new Map<string, string>();
  /** What to answer; may wait. */
  answer: (delivery: Delivery) => IntakeResult | Promise<IntakeResult> = () => accepted;

  async accept(delivery: Delivery): Promise<IntakeResult> {
    this.deliveries.push({ ...delivery, bytes: Buffer.from(delivery.bytes) }); // only lent until the answer
    const result = await this.answer(delivery);
    const { offset } = delivery;
    if (offset !== undefined && result.status === 'accepted') {
      this.offsets.set(`${offset.topic}/${offset.partition}`, offset.next);
    }
    return result;
  }

  storedOffset(topic: string, partition: number): string | null {
    return this.offsets.get(`${topic}/${partition}`) ?? null;
  }
}

export const accepted: IntakeResult = { status: 'accepted', records: 1, rejected: 0 };

/** For tests: settings whose counters can be read. */
export function recordingSettings() {
  const counts: Record<string, number> = {};
  const add = (name: string, count: number): void => {
    counts[name] = (counts[name] ?? 0) + count;
  };
  let bytesInFlight = 0;
  const warnings: string[] = [];
  const settings: ReceiverSettings = {
    now: () => 1_700_000_000_000,
    log: { info: () => {}, warn: (message) => warnings.push(message) },
    telemetry: {
      request: (_transport, signal, code) => add(`request ${signal} ${code}`, 1),
      bytes: (_transport, signal, count) => add(`bytes ${signal}`, count),
      acceptedRecords: (_transport, signal, count) => add(`accepted ${signal}`, count),
      refusedRecords: (_transport, signal, code, count) => add(`refused ${signal} ${code}`, count),
      bytesInFlight: (_transport, bytes) => {
        bytesInFlight = bytes;
      },
    },
  };
  return { settings, counts, warnings, bytesInFlight: () => bytesInFlight };
}

/** For tests: a receiver that listens while the body runs. */
export async function whileListening(
  create: (intake: Intake, settings: ReceiverSettings) => Component & { readonly address: string | null },
  body: (address: string, intake: RecordingIntake, recording: ReturnType<typeof recordingSettings>) => Promise<void>,
): Promise<void> {
  const intake = new RecordingIntake();
  const recording = recordingSettings();
  const receiver = create(intake, recording.settings);
  await receiver.start();
  try {
    await body(receiver.address ?? '', intake, recording);
  } finally {
    await receiver.stop();
  }
}

/** A receiver under test and a sender that speaks its protocol. */
export interface ReceiverHarness {
  create(intake: Intake, settings: ReceiverSettings, limits: { max_bytes_in_flight: number }): Component;
  /** Sends one logs payload to the started receiver; resolves with what the sender is told. */
  send(receiver: Component, body: Uint8Array): Promise<'accepted' | 'refused' | 'retry'>;
}

/** What holds for every transport: lifecycle, errors as answers, backpressure with bounded memory. */
export function testReceiverContract(name: string, harness: ReceiverHarness): void {
  const start = async (limits = { max_bytes_in_flight: 1024 * 1024 }) => {
    const intake = new RecordingIntake();
    const recording = recordingSettings();
    const receiver = harness.create(intake, recording.settings, limits);
    await receiver.start();
    return { intake, receiver, ...recording };
  };
  const body = Buffer.from('the payload');

  test(`${name}: hands over the bytes and says accepted only after the intake did`, async () => {
    const { intake, receiver, counts } = await start();
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    intake.answer = () => gate.then(() => accepted);
    let answered = false;
    const sent = harness.send(receiver, body).then((answer) => {
      answered = true;
      return answer;
    });
    await until(() => intake.deliveries.length === 1);
    assert.equal(answered, false);
    release();
    assert.equal(await sent, 'accepted');
    assert.deepEqual(Buffer.from(intake.deliveries[0]?.bytes ?? []), body);
    assert.equal(intake.deliveries[0]?.receivedMs, 1_700_000_000_000);
    assert.equal(counts['accepted logs'], 1);
    await receiver.stop();
  });

  test(`${name}: what cannot be decoded is refused for good, counted, and blocks nothing`, async () => {
    const { intake, receiver, counts } = await start();
    intake.answer = () => ({ status: 'invalid', code: 'otlp.truncated', message: 'at byte 3' });
    assert.equal(await harness.send(receiver, body), 'refused');
    assert.equal(counts['refused logs otlp.truncated'], 1);
    intake.answer = () => accepted;
    assert.equal(await harness.send(receiver, body), 'accepted');
    await receiver.stop();
  });

  test(`${name}: an overloaded intake makes the sender try again`, async () => {
    const { intake, receiver } = await start();
    intake.answer = () => ({ status: 'retryable', code: 'store.full', retryAfterMs: 250 });
    assert.equal(await harness.send(receiver, body), 'retry');
    intake.answer = () => accepted;
    assert.equal(await harness.send(receiver, body), 'accepted');
    await receiver.stop();
  });

  test(`${name}: nothing is held after the answer`, async () => {
    const { receiver, bytesInFlight } = await start();
    for (let i = 0; i < 3; i++) await harness.send(receiver, body);
    await until(() => bytesInFlight() === 0);
    await receiver.stop();
  });

  test(`${name}: stop answers what is under way, can be repeated, and allows a new start`, async () => {
    const { intake, receiver } = await start();
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    intake.answer = () => gate.then(() => accepted);
    const sent = harness.send(receiver, body);
    await until(() => intake.deliveries.length === 1);
    const stopped = receiver.stop();
    release();
    assert.equal(await sent, 'accepted');
    await stopped;
    await receiver.stop();
    intake.answer = () => accepted;
    await receiver.start();
    assert.equal(await harness.send(receiver, body), 'accepted');
    await receiver.stop();
  });
}

/** Waits for a condition; fails after ten seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    assert.ok(performance.now() < deadline, `waited in vain: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
