import type { DataQueryResponse } from '@grafana/data';
import { streamEvents } from './stream.ts';

/** A connection that the test writes to. */
class FakeEventSource extends EventTarget {
  static latest: FakeEventSource;
  isClosed = false;
  constructor() {
    super();
    FakeEventSource.latest = this;
  }
  close() {
    this.isClosed = true;
  }
  send(type: string, data: object) {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
  }
}

beforeEach(() => {
  jest.useFakeTimers();
  Object.assign(globalThis, { EventSource: FakeEventSource });
});
afterEach(() => jest.useRealTimers());

const episode = (title: string) => ({
  at: '2026-11-22T12:00:00Z',
  title,
  transition: 'detected',
  severity: 'critical',
  team: 'payments',
  asset_id: 'arn:aws:s3:::exports',
});
const titlesOf = (response: DataQueryResponse | undefined) =>
  response?.data[0].fields.find(({ name }: { name: string }) => name === 'what').values;

test('a stream is one frame that grows, drawn twice a second however fast events come', () => {
  const responses: DataQueryResponse[] = [];
  const subscription = streamEvents('/stream', 'A', 3).subscribe((response) => responses.push(response));
  for (let second = 0; second < 10; second++) {
    for (let n = 0; n < 1_000; n++) FakeEventSource.latest.send('episode', episode(`${second}.${n}`));
    jest.advanceTimersByTime(1_000);
  }
  // The first one says that it is there; then one a second, as all of a second's events came at once.
  expect(responses).toHaveLength(11);
  expect(titlesOf(responses.at(-1))).toEqual(['9.997', '9.998', '9.999']);
  expect(titlesOf(responses.at(1))).toEqual(['0.997', '0.998', '0.999']);
  expect(new Set(responses.map(({ key, state }) => `${key} ${state}`))).toEqual(new Set(['A Streaming']));
  subscription.unsubscribe();
  expect(FakeEventSource.latest.isClosed).toBe(true);
});
