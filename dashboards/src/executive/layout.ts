import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import { BarGaugeDisplayMode, VizOrientation } from '@grafana/grafana-foundation-sdk/common';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { openFindings } from '../estate-panels.ts';
import { frame } from '../frame.ts';
import { sliTexts } from '../mappings.ts';
import { prometheus, property, query, ratioUnit, stat, steps, timeseries } from '../panels.ts';
import { objectives } from '../sli-panels.ts';
import * as queries from './queries.ts';

export function executive(): Dashboard {
  return frame({
    uid: 'cnapp-executive',
    title: 'Security: executive',
    description: 'How safe we are, and whether it gets better. From Prometheus alone: it needs no plugin.',
    from: 'now-90d',
  })
    .withPanel(stat('Mean time to detect', queries.mean('mttd-config')).unit('s'))
    .withPanel(stat('Mean time to remediate', queries.mean('mttr')).unit('s'))
    .withPanel(stat('Open critical findings', queries.openCriticals).thresholds(steps('text', [1, 'orange'])))
    .withPanel(stat('Objectives missed', queries.objectivesMissed).thresholds(steps('green', [1, 'red'])))
    .withPanel(
      stat('Time without exposure', queries.safeTime)
        .description('Share of asset time, weighted by criticality, without anything open past its deadline.')
        .unit(ratioUnit)
        .decimals(2),
    )
    .withPanel(
      stat('Gate overrides', queries.overrides)
        .description('Releases that went out although the gate said no, each agreed to by a second person.')
        .decimals(0),
    )
    .withPanel(openFindings().span(12))
    .withPanel(
      timeseries('Time to remediate')
        .span(12)
        .unit('s')
        .min(0)
        .withTarget(query('A', queries.remediation, '{{view}}')),
    )
    .withPanel(budgetBars())
    .withPanel(
      timeseries('Incidents against their budget')
        .description(
          'Declared incidents of the last 28 days by weight (S1 10, S2 3, S3 1), and what the budget allows.',
        )
        .span(12)
        .min(0)
        .withTarget(query('A', queries.incidentWeight, 'weight'))
        .withTarget(query('B', queries.incidentBudget, 'share of the budget left'))
        .overrideByName('share of the budget left', [
          property('unit', ratioUnit),
          property('custom.axisPlacement', 'right'),
          property('max', 1),
        ]),
    )
    .withPanel(objectives())
    .build();
}

function budgetBars(): BarGaugeBuilder {
  const panel = new BarGaugeBuilder()
    .title('Error budget left')
    .datasource(prometheus)
    .height(8)
    .span(12)
    .unit(ratioUnit)
    .min(0)
    .max(1)
    .noValue('no data')
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .thresholds(steps('red', [0.001, 'orange'], [0.5, 'green']))
    .withTarget(query('A', queries.budgets, '{{sli}}').instant());
  for (const [sli, title] of Object.entries(sliTexts)) panel.overrideByName(sli, [property('displayName', title)]);
  return panel;
}
