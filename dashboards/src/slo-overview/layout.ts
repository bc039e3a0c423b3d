import { type Dashboard, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { openFindings, records, sources } from '../estate-panels.ts';
import { frame, sliVariable } from '../frame.ts';
import { budgets, burn, durations, events, objectives, ratios, segments, values } from '../sli-panels.ts';

/** What is charted at first; the table shows every SLI. */
const MAIN_SLIS = ['mttd-config', 'mttr', 'drift-rate'] as const;

export function sloOverview(): Dashboard {
  return frame({
    uid: 'cnapp-slo-overview',
    title: 'Security SLOs',
    description:
      'Objectives, error budgets and burn rates of the security SLIs, from Prometheus alone: it needs no plugin.',
    from: 'now-24h',
  })
    .withVariable(sliVariable(MAIN_SLIS, true))
    .withPanel(objectives())
    .withPanel(values())
    .withPanel(ratios())
    .withPanel(budgets())
    .withPanel(burn('1h', 13.44))
    .withPanel(burn('6h', 5.6))
    .withPanel(events())
    .withRow(new RowBuilder('Where the time goes'))
    .withPanel(segments('mttd-config', 'Time to detect, by segment'))
    .withPanel(durations('mttd-config', 'Time to detect'))
    .withPanel(segments('mttr', 'Time to remediate, by segment'))
    .withPanel(durations('mttr', 'Time to remediate'))
    .withRow(new RowBuilder('Findings, and whether the numbers can be trusted'))
    .withPanel(openFindings())
    .withPanel(sources())
    .withPanel(records())
    .build();
}
