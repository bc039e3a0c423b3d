import { SceneAppPage } from '@grafana/scenes';
import { PLUGIN_BASE_URL } from '../../constants.ts';
import { t } from '../../i18n.ts';
import { createScene } from '../../scenes/create-scene.ts';
import { SceneView } from '../../scenes/scene-view.tsx';
import { Sampling } from './Sampling.tsx';

/** What telemetry costs by asset criticality, what keeping less of it would cost in detections, and a change on its way. */
export function samplingPage(): SceneAppPage {
  return new SceneAppPage({
    title: t('sampling.title', 'Sampling'),
    subTitle: t(
      'sampling.subtitle',
      'What telemetry costs by asset criticality, and what keeping less of it would cost in detections.',
    ),
    url: `${PLUGIN_BASE_URL}/sampling`,
    routePath: 'sampling/*',
    getScene: () => createScene(new SceneView({ component: Sampling }), { hasFilters: false }),
  });
}
