import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { frame, sliVariable } from '../frame.ts';
import { sliTitles } from '../mappings.ts';
import { cell, property, query, ratioUnit, stat, steps, table, timeseries, width } from '../panels.ts';
import * as queries from './queries.ts';

export function debug(): Dashboard {
  return frame({
    uid: 'cnapp-debug',
    title: 'Security: debug',
    description: 'From the records that came in to the numbers that came out. From Prometheus alone.',
    from: 'now-1h',
  })
    .withVariable(sliVariable(['mttd-config', 'mttr', 'drift-rate'], true))
    .withPanel(stat('Records received', queries.received).decimals(0))
    .withPanel(
      stat('Refused', queries.rejected)
        .decimals(0)
        .thresholds(steps('green', [1, 'orange'])),
    )
    .withPanel(stat('Seen before', queries.duplicates).decimals(0))
    .withPanel(stat('Facts kept', queries.facts).decimals(0))
    .withPanel(stat('Open findings', queries.open).decimals(0))
    .withPanel(stat('Events decided', queries.decided).decimals(0))
    .withPanel(sources())
    .withPanel(
      table('Refused records')
        .description('By stable code. The troubleshooting guide says what each one means.')
        .span(8)
        .noValue('Every record was understood')
        .withTarget(cell('A', queries.rejectsByCode))
        .withTransformation({
          id: 'organize',
          options: {
            excludeByName: { Time: true },
            renameByName: { format: 'Format', code: 'Code', Value: 'Records' },
          },
        })
        .overrideByName('Records', [property('decimals', 0)]),
    )
    .withPanel(
      timeseries('Records by format')
        .span(12)
        .unit('cps')
        .min(0)
        .withTarget(query('A', queries.recordRate, '{{format}}')),
    )
    .withPanel(
      timeseries('Coverage')
        .description('Fresh scopes of the sources an SLI needs. Below 90 % it only warns.')
        .span(12)
        .unit(ratioUnit)
        .min(0)
        .max(1)
        .withTarget(query('A', queries.coverage, '{{sli}}')),
    )
    .withPanel(
      timeseries('Events within an hour')
        .description('Without the SLIs that weigh by time.')
        .span(12)
        .min(0)
        .withTarget(query('A', queries.windowEvents, '{{sli}} {{outcome}}')),
    )
    .withPanel(
      timeseries('Restated events')
        .description('Counted once, and since then taken back or judged the other way by late data or a verdict.')
        .span(12)
        .min(0)
        .withTarget(query('A', queries.restatement, '{{sli}}')),
    )
    .withPanel(
      table('Every view of the chosen SLIs')
        .span(24)
        .withTarget(cell('A', queries.views))
        .withTransformation({
          id: 'organize',
          options: {
            excludeByName: { Time: true },
            indexByName: { sli: 0, view: 1, Value: 2 },
            renameByName: { sli: 'SLI', view: 'View', Value: 'Value' },
          },
        })
        .overrideByName('SLI', [
          property('mappings', [sliTitles()]),
          property('links', [
            { title: 'Explain in the app', url: `/a/cnapp-slo-app/debug?sli=\${__data.fields.SLI}` },
            { title: 'Open on the processor’s page', url: `$processor/slis/\${__data.fields.SLI}`, targetBlank: true },
          ]),
        ]),
    )
    .build();
}

const sources = () =>
  table('Sources')
    .description('When each was last heard of, how often it should be, and how much came in the time range.')
    .span(16)
    .withTarget(cell('A', queries.age))
    .withTarget(cell('B', queries.interval))
    .withTarget(cell('C', queries.recordsBySource))
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        indexByName: { source: 0, format: 1, 'Value #A': 2, 'Value #B': 3, 'Value #C': 4 },
        renameByName: {
          source: 'Source',
          format: 'Format',
          'Value #A': 'Silent for',
          'Value #B': 'Expected every',
          'Value #C': 'Records',
        },
      },
    })
    .overrideByName('Silent for', [property('unit', 's'), width(110)])
    .overrideByName('Expected every', [property('unit', 's'), width(130)])
    .overrideByName('Records', [property('decimals', 0), width(100)]);
