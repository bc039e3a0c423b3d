import { type Dashboard, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { frame } from '../frame.ts';
import { property, query, stat, steps, timeseries } from '../panels.ts';
import * as queries from './queries.ts';

export function pipeline(): Dashboard {
  const red = [property('color', { mode: 'fixed', fixedColor: 'red' })];
  return frame({
    uid: 'cnapp-pipeline',
    title: 'Security: the processor’s health',
    description: 'Whether telemetry gets in, is kept, and gets out again. From the processor’s own metrics.',
    from: 'now-1h',
  })
    .withPanel(stat('Running for', queries.uptime).unit('s').decimals(0))
    .withPanel(
      stat('Since the last commit', queries.sinceCommit)
        .unit('s')
        .decimals(0)
        .thresholds(steps('green', [300, 'orange'])),
    )
    .withPanel(
      stat('Records refused', queries.refusedNow)
        .decimals(0)
        .thresholds(steps('green', [1, 'orange'])),
    )
    .withPanel(
      stat('Commits failed', queries.failedCommits)
        .decimals(0)
        .thresholds(steps('green', [1, 'red'])),
    )
    .withPanel(
      stat('Items dropped', queries.droppedNow)
        .decimals(0)
        .thresholds(steps('green', [1, 'red'])),
    )
    .withPanel(stat('Waiting to be committed', queries.queued).unit('bytes'))
    .withRow(new RowBuilder('In'))
    .withPanel(
      timeseries('Records accepted and refused')
        .span(8)
        .unit('cps')
        .min(0)
        .withTarget(query('A', queries.accepted, '{{transport}} {{signal}}'))
        .withTarget(query('B', queries.refused, 'refused: {{transport}} {{code}}'))
        .overrideByQuery('B', red),
    )
    .withPanel(
      timeseries('Requests by answer')
        .span(8)
        .unit('reqps')
        .min(0)
        .withTarget(query('A', queries.requests, '{{transport}} {{code}}')),
    )
    .withPanel(
      timeseries('Bytes received, and in flight')
        .span(8)
        .unit('Bps')
        .min(0)
        .withTarget(query('A', queries.bytes, '{{transport}} {{signal}}'))
        .withTarget(query('B', queries.inFlight, 'in flight: {{transport}}'))
        .overrideByQuery('B', [property('unit', 'bytes'), property('custom.axisPlacement', 'right')]),
    )
    .withRow(new RowBuilder('Kept'))
    .withPanel(
      timeseries('Commit duration')
        .span(8)
        .unit('s')
        .min(0)
        .withTarget(query('A', queries.commit(0.5), 'p50'))
        .withTarget(query('B', queries.commit(0.99), 'p99')),
    )
    .withPanel(
      timeseries('Records by outcome')
        .span(8)
        .unit('cps')
        .min(0)
        .withTarget(query('A', queries.outcomes, '{{outcome}}')),
    )
    .withPanel(
      timeseries('API latency, p99')
        .span(8)
        .unit('s')
        .min(0)
        .withTarget(query('A', queries.api(0.99), '{{route}}')),
    )
    .withRow(new RowBuilder('Out'))
    .withPanel(
      timeseries('Exported')
        .span(8)
        .unit('cps')
        .min(0)
        .withTarget(query('A', queries.exported, '{{exporter}}')),
    )
    .withPanel(
      timeseries('Export queue')
        .span(8)
        .min(0)
        .withTarget(query('A', queries.exporterQueue, '{{exporter}}')),
    )
    .withPanel(
      timeseries('Retried and dropped')
        .span(8)
        .unit('cps')
        .min(0)
        .withTarget(query('A', queries.retried, 'retried: {{exporter}}'))
        .withTarget(query('B', queries.dropped, 'dropped: {{exporter}}'))
        .overrideByQuery('B', red),
    )
    .withRow(new RowBuilder('The process'))
    .withPanel(
      timeseries('CPU')
        .description('Cores in use.')
        .span(6)
        .min(0)
        .withTarget(query('A', queries.cpu, 'cores')),
    )
    .withPanel(
      timeseries('Memory')
        .span(6)
        .unit('bytes')
        .min(0)
        .withTarget(query('A', queries.memory, 'resident'))
        .withTarget(query('B', queries.heap, 'heap in use')),
    )
    .withPanel(
      timeseries('Event loop lag, p99')
        .span(6)
        .unit('s')
        .min(0)
        .withTarget(query('A', queries.eventLoop, 'lag')),
    )
    .withPanel(
      timeseries('Series folded into “other”')
        .description('Labels beyond a tenant’s limit of series.')
        .span(6)
        .min(0)
        .withTarget(query('A', queries.overflow, 'series')),
    )
    .build();
}
