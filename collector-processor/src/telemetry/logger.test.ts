import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Logger, type LogRecord, logLine } from './logger.ts';
import { redactText } from './redact.ts';

function recorded(level: 'debug' | 'info' | 'warn' | 'error' = 'info') {
  const records: LogRecord[] = [];
  const log = new Logger(
    level,
    (record) => records.push(record),
    () => Date.parse('2026-03-02T09:00:00Z'),
  );
  return { log, records };
}

test('a record is one line of JSON', () => {
  const { log, records } = recorded();
  log.warn('destination\nis away', { exporter: 'kafka', retries: 3, at: 'nowhere' });
  const [record] = records;
  assert.ok(record);
  const line = logLine(record);
  assert.equal(line.indexOf('\n'), line.length - 1);
  assert.deepEqual(JSON.parse(line), {
    at: '2026-03-02T09:00:00.000Z',
    level: 'warn',
    message: 'destination\nis away',
    exporter: 'kafka',
    retries: 3,
  });
});

test('what is below the level is not logged', () => {
  const { log, records } = recorded('warn');
  log.debug('a');
  log.info('b');
  log.warn('c');
  log.error('d');
  assert.deepEqual(
    records.map(({ message }) => message),
    ['c', 'd'],
  );
});

test('a sink gets records until it is removed', () => {
  const { log, records } = recorded();
  const also: string[] = [];
  const remove = log.also(({ message }) => also.push(message));
  log.info('one');
  remove();
  log.info('two');
  assert.deepEqual(also, ['one']);
  assert.equal(records.length, 2);
});

test('secrets are not logged, by the name of their field or by their form', () => {
  const { log, records } = recorded();
  log.info('x', { bearer_token: 'abc', Authorization: 'abc', sasl_password: 'abc', apiKey: 'abc', user: 'ann' });
  assert.deepEqual(records[0]?.fields, {
    bearer_token: '[redacted]',
    Authorization: '[redacted]',
    sasl_password: '[redacted]',
    apiKey: '[redacted]',
    user: 'ann',
  });
  for (const [text, want] of [
    ['connect postgres://cnapp:hunter2@db/cnapp failed', 'connect postgres://[redacted]@db/cnapp failed'],
    ['header Authorization: Bearer abc.def-123', 'header Authorization: Bearer [redacted]'],
    ['GET /x?access_token=abc&page=2', 'GET /x?access_token=[redacted]&page=2'],
    ['{"password":"hunter2","user":"ann"}', '{"password":"[redacted]","user":"ann"}'],
    ['12 tokens were read', '12 tokens were read'],
  ] as const) {
    assert.equal(redactText(text), want);
  }
});
