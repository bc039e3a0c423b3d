import { EXERCISE, EXERCISE_ID, EXERCISE_SIGNATURE, exerciseSignature } from '../../pipeline/exercise-mark.ts';
import { CommandError } from '../command.ts';

interface Destination {
  /** `http://host:4318`. */
  otlp: string;
  exerciseId: string;
  key: string | undefined;
}

/** The message as a log record over OTLP/HTTP, marked as an exercise and signed where there is a key. */
export async function sendCanary(message: string, { otlp, exerciseId, key }: Destination): Promise<void> {
  const text = (name: string, stringValue: string) => ({ key: name, value: { stringValue } });
  const attributes = [
    { key: EXERCISE, value: { boolValue: true } },
    text(EXERCISE_ID, exerciseId),
    ...(key === undefined ? [] : [text(EXERCISE_SIGNATURE, exerciseSignature(key, exerciseId, message))]),
  ];
  const logRecords = [{ timeUnixNano: `${Date.now()}000000`, body: { stringValue: message }, attributes }];
  const resource = { attributes: [text('service.name', 'cnapp-gameday')] };
  const url = `${otlp.replace(/\/+$/, '')}/v1/logs`;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }),
      signal: AbortSignal.timeout(10_000),
    });
    if (response.ok) return;
    throw new Error(`answers ${response.status}`);
  } catch (error) {
    throw new CommandError(`${url}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
