import { dateTime } from '@grafana/data';
import { lookAhead } from './look-ahead.ts';

const hour = 3_600_000;
const range = (fromMs: number, toMs: number) => {
  const [from, to] = [dateTime(fromMs), dateTime(toMs)];
  return { from, to, raw: { from, to } };
};

test('a range up to now goes on for a quarter of its length', () => {
  const { from, to } = lookAhead(range(0, 8 * hour), 8 * hour + 1_000);
  expect([from.valueOf(), to.valueOf()]).toEqual([0, 10 * hour]);
});

test('a range of the past stays as it is', () => {
  const past = range(0, 8 * hour);
  expect(lookAhead(past, 9 * hour)).toBe(past);
});
