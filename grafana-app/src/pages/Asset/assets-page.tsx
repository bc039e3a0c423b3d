import { SceneAppPage, type SceneAppPageLike } from '@grafana/scenes';
import { PLUGIN_BASE_URL } from '../../constants.ts';
import { t } from '../../i18n.ts';
import { createScene } from '../../scenes/create-scene.ts';
import { SceneView } from '../../scenes/scene-view.tsx';
import { debugPage } from '../Debug/debug-page.tsx';
import { Asset } from './Asset.tsx';

/** `/assets/{id}`; without an id, the page with the inventory. */
export function assetsPage(): SceneAppPage {
  const debug = debugPage();
  return new SceneAppPage({
    ...debug.state,
    key: 'assets',
    url: `${PLUGIN_BASE_URL}/assets`,
    routePath: 'assets/*',
    drilldowns: [{ routePath: ':id/*', getPage: (match) => assetPage((match.params as { id: string }).id, debug) }],
  });
}

function assetPage(id: string, parent: SceneAppPageLike): SceneAppPage {
  const page: SceneAppPage = new SceneAppPage({
    title: t('asset.title', 'Asset'),
    url: `${PLUGIN_BASE_URL}/assets/${encodeURIComponent(id)}`,
    routePath: '*',
    getParentPage: () => parent,
    getScene: () =>
      createScene(
        new SceneView({
          component: ({ scene }) => <Asset scene={scene} id={id} onTitle={(title) => page.setState({ title })} />,
        }),
        { hasFilters: false },
      ),
  });
  return page;
}
