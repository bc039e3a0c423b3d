import { FieldColorModeId } from '@grafana/data';
import { PanelBuilders, SceneFlexItem, SceneFlexLayout, SceneQueryRunner, VizPanel } from '@grafana/scenes';
import {
  LegendDisplayMode,
  LineInterpolation,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizOrientation,
} from '@grafana/schema';
import type { QueryType } from '../../datasource/query.ts';
import { t } from '../../i18n.ts';
import { SCENE_DATA_SOURCE, SCENE_FILTER } from '../../scenes/create-scene.ts';

/** For SLIs that measure time: where it went, how it is distributed, and how much stays open. */
export function episodePanels(sli: string): SceneFlexLayout {
  const ask = (queryType: QueryType) =>
    new SceneQueryRunner({
      datasource: SCENE_DATA_SOURCE,
      queries: [{ refId: 'A', queryType, sli, filter: SCENE_FILTER }],
    });
  const item = (body: VizPanel) => new SceneFlexItem({ minHeight: 300, body });
  return new SceneFlexLayout({
    direction: 'row',
    minHeight: 300,
    children: [
      item(segmentsPanel().setData(ask('sli_segments')).build()),
      item(distributionPanel().setData(ask('sli_distribution')).build()),
      item(survivalPanel(ask('sli_survival'))),
    ],
  });
}

const noData = () => t('sli.panels.no-data', 'No data in this time range');

function segmentsPanel() {
  return PanelBuilders.barchart()
    .setTitle(t('sli.panels.segments', 'Where the time goes'))
    .setDescription(
      t(
        'sli.panels.segments-description',
        'Mean of each stretch over the decided episodes, for all and for the slowest teams.',
      ),
    )
    .setNoValue(noData())
    .setOption('orientation', VizOrientation.Horizontal)
    .setOption('stacking', StackingMode.Normal)
    .setOption('showValue', VisibilityMode.Never)
    .setOption('barWidth', 0.8)
    .setOption('legend', { showLegend: true, displayMode: LegendDisplayMode.List })
    .setCustomFieldConfig('fillOpacity', 90)
    .setCustomFieldConfig('lineWidth', 0);
}

function distributionPanel() {
  return PanelBuilders.barchart()
    .setTitle(t('sli.panels.distribution', 'How long it took'))
    .setDescription(t('sli.panels.distribution-description', 'Decided episodes by their duration.'))
    .setNoValue(noData())
    .setOption('stacking', StackingMode.Normal)
    .setOption('showValue', VisibilityMode.Never)
    .setOption('barWidth', 0.95)
    .setOption('legend', { showLegend: true, displayMode: LegendDisplayMode.List })
    .setCustomFieldConfig('fillOpacity', 80)
    .setCustomFieldConfig('lineWidth', 0);
}

/** The builder knows nothing of this panel's options. */
function survivalPanel($data: SceneQueryRunner): VizPanel {
  return new VizPanel({
    pluginId: 'trend',
    title: t('sli.panels.survival', 'Still open after'),
    description: t(
      'sli.panels.survival-description',
      'Share of episodes that are still open at an age (Kaplan–Meier): open ones count for as long as they last.',
    ),
    $data,
    options: { xField: 'age', legend: { showLegend: false }, tooltip: { mode: TooltipDisplayMode.Single } },
    fieldConfig: {
      defaults: {
        noValue: noData(),
        color: { mode: FieldColorModeId.Fixed, fixedColor: 'orange' },
        custom: {
          lineInterpolation: LineInterpolation.StepAfter,
          lineWidth: 2,
          fillOpacity: 10,
          showPoints: VisibilityMode.Never,
        },
      },
      overrides: [],
    },
  });
}
