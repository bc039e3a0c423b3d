import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { prometheus } from './panels.ts';

interface FrameSettings {
  uid: string;
  title: string;
  description: string;
  from: string;
}

/** What every dashboard has: the choice of Prometheus, the processor's address for links, and the way to the other dashboards. */
export function frame({ uid, title, description, from }: FrameSettings): DashboardBuilder {
  return new DashboardBuilder(title)
    .uid(uid)
    .id(null)
    .description(description)
    .tags(['cnapp-slo'])
    .timezone('browser')
    .time({ from, to: 'now' })
    .refresh('1m')
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(
      new DatasourceVariableBuilder('datasource')
        .label('Prometheus')
        .type('prometheus')
        .current({ selected: false, text: 'CNAPP Prometheus', value: 'cnapp-prometheus' }),
    )
    .withVariable(
      new TextBoxVariableBuilder('processor')
        .label('Processor')
        .description('Address of the processor’s own pages, for the links')
        .defaultValue('http://127.0.0.1:8080'),
    )
    .link(
      new DashboardLinkBuilder('Security SLOs')
        .type(DashboardLinkType.Dashboards)
        .tags(['cnapp-slo'])
        .asDropdown(true)
        .includeVars(true),
    )
    .link(
      new DashboardLinkBuilder('Processor')
        .type(DashboardLinkType.Link)
        .url('$processor/')
        .icon('external link')
        .tooltip('The processor’s own status page')
        .targetBlank(true),
    );
}

/** Which SLIs; `chosen` at first. */
export function sliVariable(chosen: readonly string[], isMulti: boolean): QueryVariableBuilder {
  const variable = new QueryVariableBuilder('sli')
    .label('SLI')
    .datasource(prometheus)
    .query({ query: 'label_values(cnapp_sli_status, sli)', refId: 'sli' })
    .refresh(VariableRefresh.OnDashboardLoad)
    .sort(VariableSort.AlphabeticalAsc);
  const [first = ''] = chosen;
  if (!isMulti) return variable.current({ selected: true, text: first, value: first });
  return variable
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ selected: true, text: [...chosen], value: [...chosen] });
}
