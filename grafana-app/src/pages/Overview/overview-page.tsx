import { SceneAppPage } from '@grafana/scenes';
import { PLUGIN_BASE_URL } from '../../constants.ts';
import { t } from '../../i18n.ts';
import { createScene } from '../../scenes/create-scene.ts';
import { SceneView } from '../../scenes/scene-view.tsx';
import { Overview } from './Overview.tsx';

/** Home: what can be trusted, which objective is in danger, what to fix first. */
export function overviewPage(): SceneAppPage {
  return new SceneAppPage({
    title: t('overview.title', 'Overview'),
    subTitle: t(
      'overview.subtitle',
      'Security objectives, how much of their error budgets is left, and whether the numbers can be trusted.',
    ),
    url: `${PLUGIN_BASE_URL}/overview`,
    routePath: 'overview/*',
    getScene: () => createScene(new SceneView({ component: Overview })),
  });
}
