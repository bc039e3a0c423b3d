import { SceneAppPage } from '@grafana/scenes';
import { PLUGIN_BASE_URL } from '../../constants.ts';
import { t } from '../../i18n.ts';
import { column, part } from '../../scenes/column.ts';
import { createScene } from '../../scenes/create-scene.ts';
import { SceneView } from '../../scenes/scene-view.tsx';
import { EvaluationLog } from './EvaluationLog.tsx';
import { Inventory } from './Inventory.tsx';
import { NetworkFlows } from './NetworkFlows.tsx';
import { SliSteps } from './SliSteps.tsx';
import { TelemetryStream } from './TelemetryStream.tsx';

/** Where a number comes from, and why something is not in it. */
export function debugPage(): SceneAppPage {
  return new SceneAppPage({
    title: t('debug.title', 'Debug'),
    subTitle: t('debug.subtitle', 'From the records that came in to the number that came out, step by step.'),
    url: `${PLUGIN_BASE_URL}/debug`,
    routePath: 'debug/*',
    getScene: () =>
      createScene(
        column(
          ...[SliSteps, EvaluationLog, Inventory, NetworkFlows, TelemetryStream].map((component) =>
            part(new SceneView({ component })),
          ),
        ),
      ),
  });
}
