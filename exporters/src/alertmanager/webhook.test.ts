import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { requirePart } from '../../../tests/servers/require-part.ts';
import { parseAlertmanagerWebhook } from './webhook.ts';

const fixtures = requirePart('fixtures');

const firing = {
  status: 'firing',
  labels: { alertname: 'CnappIncident', cnapp_incident: 'inc_1' },
  startsAt: '2026-03-02T09:21:00.123456789Z',
  endsAt: '0001-01-01T00:00:00Z',
};

function body(...alerts: unknown[]): unknown {
  return { version: '4', status: 'firing', receiver: 'team', groupKey: '{}:{}', alerts };
}

test('a firing alert with our incident is an inferred notification at its start', () => {
  assert.deepEqual(parseAlertmanagerWebhook(body(firing)), {
    inputs: [
      {
        kind: 'alert',
        subjectId: 'inc_1',
        channel: 'alertmanager',
        precision: 'inferred',
        group: '{}:{} 2026-03-02T09:21:00.123456789Z',
        atMs: Date.parse('2026-03-02T09:21:00.123Z'),
      },
    ],
    rejections: [],
    ignored: 0,
  });
});

test('what fires in one call is one alert group, by its oldest alert', () => {
  const older = { ...firing, startsAt: '2026-03-02T09:00:00Z' };
  const gone = { ...firing, status: 'resolved', startsAt: '2026-03-02T08:00:00Z' };
  const groups = parseAlertmanagerWebhook(body(firing, older, gone)).inputs.map((input) => input.group);
  assert.deepEqual(groups, ['{}:{} 2026-03-02T09:00:00Z', '{}:{} 2026-03-02T09:00:00Z']);
});

test('a resolved alert sets nothing, an alert of others touches nothing', () => {
  const resolved = { ...firing, status: 'resolved', endsAt: '2026-03-02T10:00:00Z' };
  const others = { ...firing, labels: { alertname: 'DiskSpace' } };
  assert.deepEqual(parseAlertmanagerWebhook(body(resolved, others)), { inputs: [], rejections: [], ignored: 2 });
});

test('where an alert has no status of its own, that of its group counts', () => {
  const { status: _, ...bare } = firing;
  assert.equal(parseAlertmanagerWebhook(body(bare)).inputs.length, 1);
  const resolved = { version: '4', status: 'resolved', alerts: [bare] };
  assert.deepEqual(parseAlertmanagerWebhook(resolved), { inputs: [], rejections: [], ignored: 1 });
});

test('an unreadable alert is rejected alone, an unreadable body as a whole', () => {
  const result = parseAlertmanagerWebhook(body({ ...firing, startsAt: '0001-01-01T00:00:00Z' }, firing));
  assert.equal(result.inputs.length, 1);
  assert.deepEqual(result.rejections, [
    { code: 'alertmanager_webhook.starts_at', message: 'alerts.0.startsAt: must be a time after 1970' },
  ]);
  for (const wrong of [null, [], 'text', {}, { version: '1', status: 'firing', alerts: [] }, body(7)]) {
    const [rejection] = parseAlertmanagerWebhook(wrong).rejections;
    assert.equal(rejection?.code, 'alertmanager_webhook.schema');
  }
});

test('real webhook bodies are read; with our label on them, each firing alert counts', { skip: fixtures.skip }, () => {
  const folder = join(fixtures.path, 'notify-alertmanager-webhook');
  const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  assert.ok(files.length >= 3);
  for (const file of files) {
    const { inputs, rejections } = parseAlertmanagerWebhook(read(file));
    assert.deepEqual([inputs, rejections], [[], []], file);
  }
  const labelled = (file: string) => {
    const call = read(file);
    for (const alert of call.alerts) alert.labels.cnapp_incident = 'inc_1';
    return parseAlertmanagerWebhook(call).inputs.map((input) => new Date(input.atMs).toISOString());
  };
  // 06:33:21.873 at −05:00.
  assert.deepEqual(labelled('firing_msteams_no_fingerprint.json'), ['2018-03-07T11:33:21.873Z']);
  assert.deepEqual(labelled('firing_two_alerts.json'), ['2020-02-06T00:17:58.432Z', '2020-02-06T00:17:58.432Z']);
  assert.deepEqual(labelled('resolved_two_alerts_prom2teams.json'), []);
});
