import { SceneAppPage } from '@grafana/scenes';
import { PLUGIN_BASE_URL } from '../../constants.ts';
import { t } from '../../i18n.ts';
import { createScene } from '../../scenes/create-scene.ts';
import { SceneView } from '../../scenes/scene-view.tsx';
import { findingPage } from '../Finding/finding-page.tsx';
import { Findings } from './Findings.tsx';

/** The list, and below it a page for each finding. */
export function findingsPage(): SceneAppPage {
  return new SceneAppPage({
    title: t('findings.title', 'Findings'),
    subTitle: t('findings.subtitle', 'What detectors currently hold against your assets, and what they once did.'),
    url: `${PLUGIN_BASE_URL}/findings`,
    routePath: 'findings/*',
    getScene: () => createScene(new SceneView({ component: Findings }), { hasTimeRange: false }),
    drilldowns: [
      {
        routePath: ':id/*',
        getPage: (match, parent) => findingPage((match.params as { id: string }).id, parent),
      },
    ],
  });
}
