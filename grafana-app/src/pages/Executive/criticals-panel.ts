import { PanelBuilders, SceneQueryRunner, SceneTimeRange, type VizPanel } from '@grafana/scenes';
import { LegendDisplayMode, TooltipDisplayMode } from '@grafana/schema';
import { t } from '../../i18n.ts';
import { SCENE_DATA_SOURCE, SCENE_FILTER } from '../../scenes/create-scene.ts';

/** A quarter, whatever the page's range: what a board asks for. */
export function criticalsPanel(): VizPanel {
  return PanelBuilders.timeseries()
    .setTitle(t('executive.criticals', 'Critical findings over 90 days'))
    .setDescription(
      t('executive.criticals-description', 'Open at the end of each day, and what was detected and closed on it.'),
    )
    .setTimeRange(new SceneTimeRange({ from: 'now-90d', to: 'now' }))
    .setData(
      new SceneQueryRunner({
        datasource: SCENE_DATA_SOURCE,
        queries: [
          { refId: 'A', queryType: 'sli_open', sli: 'mttr', filter: { ...SCENE_FILTER, severity: 'critical' } },
        ],
      }),
    )
    .setNoValue(t('sli.panels.no-data', 'No data in this time range'))
    .setMin(0)
    .setDecimals(0)
    .setCustomFieldConfig('lineWidth', 2)
    .setOption('legend', { showLegend: true, displayMode: LegendDisplayMode.List })
    .setOption('tooltip', { mode: TooltipDisplayMode.Multi })
    .build();
}
