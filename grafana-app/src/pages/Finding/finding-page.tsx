import type { SceneAppPage, SceneAppPageLike } from '@grafana/scenes';
import { t } from '../../i18n.ts';
import { detailPage } from '../../scenes/detail-page.tsx';
import { Finding } from './Finding.tsx';

/** `/findings/{id}`; the id may be an episode's. */
export const findingPage = (id: string, parent: SceneAppPageLike): SceneAppPage =>
  detailPage({ section: '/findings', id, title: t('finding.title', 'Finding'), parent, component: Finding });
