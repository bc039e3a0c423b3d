import type { ExplainPage } from '@cnapp-slo/model';
import { Text, useStyles2 } from '@grafana/ui';
import { usePages } from '../../api/use-pages.ts';
import { RoleBadge } from '../../components/badges.tsx';
import { Loading } from '../../components/Loading.tsx';
import { LoadMore } from '../../components/LoadMore.tsx';
import { Panel } from '../../components/Panel.tsx';
import { getTableStyles } from '../../components/table-styles.ts';
import { t } from '../../i18n.ts';
import type { SceneView } from '../../scenes/scene-view.tsx';
import { useScope } from '../../scenes/use-scope.ts';
import { reasonText } from '../../slo/reason.ts';

const sli = 'ci-gate-failures';
const pageSize = 10;

/** What the enforced security gates decided about changes: the members of M4. */
export function EvaluationLog({ scene }: { scene: SceneView }) {
  const styles = useStyles2(getTableStyles);
  const scope = useScope(scene);
  const pages = usePages<ExplainPage>(
    `evaluations ${scope.key}`,
    (cursor, signal) => scope.client.explain(sli, { ...scope.window, limit: pageSize, cursor }, signal),
    scope.refresh,
  );
  return (
    <Panel title={t('evaluations.title', 'Policy evaluations before deployment')}>
      <Loading loaded={pages.first} errorTitle={t('evaluations.error', 'The evaluations could not be loaded')}>
        {() =>
          pages.items.length === 0 ? (
            <Text color="secondary">
              {t('evaluations.none', 'No data: no enforced gate has decided in this time range.')}
            </Text>
          ) : (
            <>
              <div className={styles.scroll}>
                <table className={styles.table}>
                  <thead>
                    <tr>
                      <th>{t('evaluations.verdict', 'Verdict')}</th>
                      <th>{t('evaluations.change', 'Change')}</th>
                      <th>{t('evaluations.where', 'Repository')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {pages.items.map((item) => (
                      <tr key={item.episode_id}>
                        <td className={styles.note}>
                          <RoleBadge role={item.role} />
                          {item.reason !== null && (
                            <Text element="p" variant="bodySmall" color="secondary">
                              {reasonText(item.reason, sli)}
                            </Text>
                          )}
                        </td>
                        <td className={styles.main}>
                          {item.title}
                          <Text element="p" variant="bodySmall" color="secondary" truncate>
                            {item.episode_id}
                          </Text>
                        </td>
                        <td className={styles.nowrap}>{item.asset_id.replace(/^https?:\/\//, '')}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              <LoadMore pages={pages} />
            </>
          )
        }
      </Loading>
    </Panel>
  );
}
