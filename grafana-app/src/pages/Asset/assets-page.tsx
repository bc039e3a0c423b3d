import { SceneAppPage, type SceneAppPageLike } from '@grafana/scenes';
import { PLUGIN_BASE_URL } from '../../constants.ts';
import { t } from '../../i18n.ts';
import { detailPage } from '../../scenes/detail-page.tsx';
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

const assetPage = (id: string, parent: SceneAppPageLike): SceneAppPage =>
  detailPage({ section: '/assets', id, title: t('asset.title', 'Asset'), parent, component: Asset });
