import { SceneAppPage, type SceneAppPageLike } from '@grafana/scenes';
import { PLUGIN_BASE_URL } from '../../constants.ts';
import { t } from '../../i18n.ts';
import { detailPage } from '../../scenes/detail-page.tsx';
import { onCallPage } from '../OnCall/on-call-page.tsx';
import { Incident } from './Incident.tsx';

/** `/incidents/{id}`, where an alert's link leads; without an id, the on-call page. */
export function incidentsPage(): SceneAppPage {
  const onCall = onCallPage();
  return new SceneAppPage({
    ...onCall.state,
    key: 'incidents',
    url: `${PLUGIN_BASE_URL}/incidents`,
    routePath: 'incidents/*',
    drilldowns: [{ routePath: ':id/*', getPage: (match) => incidentPage((match.params as { id: string }).id, onCall) }],
  });
}

const incidentPage = (id: string, parent: SceneAppPageLike): SceneAppPage =>
  detailPage({ section: '/incidents', id, title: t('incident.title', 'Incident'), parent, component: Incident });
