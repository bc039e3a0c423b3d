import { GraphThresholdsStyleConfigBuilder, GraphThresholdsStyleMode } from '@grafana/grafana-foundation-sdk/common';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { frame } from '../frame.ts';
import { sliTitles } from '../mappings.ts';
import { cell, property, query, ratioUnit, stat, steps, table, timeseries, width } from '../panels.ts';
import * as queries from './queries.ts';

export function onCall(): Dashboard {
  return frame({
    uid: 'cnapp-on-call',
    title: 'Security: on-call',
    description: 'What fires, whose misses they are, and whether anybody hears of it. From Prometheus alone.',
    from: 'now-6h',
  })
    .withPanel(stat('Alerts firing', queries.firing).thresholds(steps('green', [1, 'red'])))
    .withPanel(
      stat('Runtime and identity, open', queries.openRuntime)
        .description('Critical and high detections that nobody has contained or judged.')
        .thresholds(steps('green', [1, 'orange'])),
    )
    .withPanel(
      stat('Remediations that failed', queries.remediationFailures)
        .unit(ratioUnit)
        .thresholds(steps('text', [0.1, 'red'])),
    )
    .withPanel(stat('Notifications waiting', queries.notifications.pending))
    .withPanel(stat('Notifications held back', queries.notifications.held))
    .withPanel(
      stat('Notifications lost', queries.notifications.dead)
        .description('Given up after every retry: somebody was not told.')
        .thresholds(steps('green', [1, 'red'])),
    )
    .withPanel(alerts())
    .withPanel(contributors())
    .withPanel(burn('1h', 13.44))
    .withPanel(burn('6h', 5.6))
    .withPanel(
      timeseries('Open critical and high findings')
        .span(12)
        .min(0)
        .decimals(0)
        .withTarget(query('A', queries.openSevere, '{{detector_class}}')),
    )
    .withPanel(silentSources())
    .build();
}

const alerts = () =>
  table('Burn-rate alerts')
    .description('Pending and firing. The link leads to the incidents, in the app or on the processor’s page.')
    .noValue('Nothing fires')
    .withTarget(cell('A', queries.alerts))
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true, Value: true },
        indexByName: { alertstate: 0, slo: 1, alertname: 2, severity: 3 },
        renameByName: { alertstate: 'State', slo: 'SLI', alertname: 'Alert', severity: 'Severity' },
      },
    })
    .overrideByName('SLI', [property('mappings', [sliTitles()])])
    .overrideByName('Alert', [
      property('links', [
        { title: 'On-call in the app', url: '/a/cnapp-slo-app/on-call' },
        { title: 'The processor’s page', url: '$processor/', targetBlank: true },
      ]),
    ])
    .overrideByName('State', [width(90)]);

const contributors = () =>
  table('Whose misses')
    .description('Which share of an SLI’s misses over the last six hours each team has.')
    .noValue('No misses')
    .withTarget(cell('A', queries.contributors('6h')))
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        indexByName: { team: 0, sli: 1, Value: 2 },
        renameByName: { team: 'Team', sli: 'SLI', Value: 'Share of the misses' },
      },
    })
    .overrideByName('SLI', [
      property('mappings', [sliTitles()]),
      property('links', [
        { title: 'Episodes in the app', url: `/a/cnapp-slo-app/slis/\${__data.fields.SLI}?role=bad` },
        { title: 'Open on the processor’s page', url: `$processor/slis/\${__data.fields.SLI}`, targetBlank: true },
      ]),
    ])
    .overrideByName('Share of the misses', [property('unit', 'percentunit'), property('decimals', 0)]);

const burn = (window: '1h' | '6h', threshold: number) =>
  timeseries(`Burn rate over ${window}`)
    .description(`How many times faster than the objective allows the budget is spent. From ${threshold} on it pages.`)
    .span(12)
    .min(0)
    .axisSoftMax(threshold)
    .decimals(1)
    .thresholds(steps('transparent', [threshold, 'red']))
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed))
    .withTarget(query('A', queries.burn(window), '{{sli}}'));

const silentSources = () =>
  table('Silent sources')
    .description('Not heard of for two of their intervals: what they would have found is not in any number.')
    .noValue('Every source is heard of')
    .withTarget(cell('A', queries.silentSources))
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        indexByName: { source: 0, format: 1, Value: 2 },
        renameByName: { source: 'Source', format: 'Format', Value: 'Silent for' },
      },
    })
    .overrideByName('Silent for', [property('unit', 's'), width(110)]);
