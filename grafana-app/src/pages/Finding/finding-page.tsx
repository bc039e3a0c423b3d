import { SceneAppPage, type SceneAppPageLike } from '@grafana/scenes';
import { PLUGIN_BASE_URL } from '../../constants.ts';
import { t } from '../../i18n.ts';
import { createScene } from '../../scenes/create-scene.ts';
import { SceneView } from '../../scenes/scene-view.tsx';
import { Finding } from './Finding.tsx';

/** `/findings/{id}`; the id may be an episode's. */
export function findingPage(id: string, parent: SceneAppPageLike): SceneAppPage {
  const page: SceneAppPage = new SceneAppPage({
    title: t('finding.title', 'Finding'),
    url: `${PLUGIN_BASE_URL}/findings/${encodeURIComponent(id)}`,
    routePath: '*',
    getParentPage: () => parent,
    getScene: () =>
      createScene(
        new SceneView({
          component: ({ scene }) => <Finding scene={scene} id={id} onTitle={(title) => page.setState({ title })} />,
        }),
        { hasFilters: false },
      ),
  });
  return page;
}
