import type { ExplainPage, PolicyEvaluationJson } from '@cnapp-slo/model';
import { type BadgeColor, Stack, Text, useStyles2 } from '@grafana/ui';
import { useApi } from '../../api/use-api.ts';
import { usePages } from '../../api/use-pages.ts';
import { Badge } from '../../components/Badge.tsx';
import { RoleBadge } from '../../components/badges.tsx';
import { Loading } from '../../components/Loading.tsx';
import { LoadMore } from '../../components/LoadMore.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Timestamp } from '../../components/Timestamp.tsx';
import { getTableStyles } from '../../components/table-styles.ts';
import { t } from '../../i18n.ts';
import type { SceneView } from '../../scenes/scene-view.tsx';
import { useScope } from '../../scenes/use-scope.ts';
import { reasonText } from '../../slo/reason.ts';

const sli = 'ci-gate-failures';
const pageSize = 10;
const mostEvaluations = 50;

/** What policies decided: those that run here, and the enforced security gates of pipelines. */
export function EvaluationLog({ scene }: { scene: SceneView }) {
  return (
    <Stack direction="column" gap={1}>
      <Policies scene={scene} />
      <Gates scene={scene} />
    </Stack>
  );
}

function Policies({ scene }: { scene: SceneView }) {
  const scope = useScope(scene);
  const loaded = useApi(
    `policies ${scope.key}`,
    (signal) => scope.client.evaluations({ limit: mostEvaluations }, signal),
    scope.refresh,
  );
  return (
    <Panel title={t('policies.title', 'Policy evaluations')}>
      <Loading loaded={loaded} errorTitle={t('evaluations.error', 'The evaluations could not be loaded')}>
        {({ items }) =>
          items.length === 0 ? (
            <Text color="secondary">
              {t('policies.none', 'No data: no policy is loaded, or none has looked at anything since the start.')}
            </Text>
          ) : (
            <PolicyTable evaluations={items} timeZone={scope.timeZone} />
          )
        }
      </Loading>
    </Panel>
  );
}

const outcomeColors: Record<PolicyEvaluationJson['outcome'], BadgeColor> = {
  match: 'orange',
  no_match: 'green',
  error: 'red',
};

function outcomeText(outcome: PolicyEvaluationJson['outcome']): string {
  switch (outcome) {
    case 'match':
      return t('policies.match', 'Matches');
    case 'no_match':
      return t('policies.no-match', 'Does not match');
    case 'error':
      return t('policies.error', 'Error');
  }
}

function PolicyTable({ evaluations, timeZone }: { evaluations: readonly PolicyEvaluationJson[]; timeZone?: string }) {
  const styles = useStyles2(getTableStyles);
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th>{t('policies.at', 'When')}</th>
            <th>{t('policies.policy', 'Policy')}</th>
            <th>{t('policies.outcome', 'Outcome')}</th>
            <th>{t('policies.subject', 'Of')}</th>
          </tr>
        </thead>
        <tbody>
          {evaluations.map(({ at, policy, version, mode, subject, outcome, message }) => (
            <tr key={`${at} ${policy} ${subject}`}>
              <td className={styles.nowrap}>
                <Timestamp at={at} timeZone={timeZone} />
              </td>
              <td className={styles.nowrap}>
                {policy}
                <Text element="p" variant="bodySmall" color="secondary">
                  {version} · {mode}
                </Text>
              </td>
              <td className={styles.note}>
                <Badge text={outcomeText(outcome)} color={outcomeColors[outcome]} />
                <Text element="p" variant="bodySmall" color="secondary">
                  {message ?? ''}
                </Text>
              </td>
              <td className={styles.main}>{subject}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What the enforced security gates decided about changes: the members of M4. */
function Gates({ scene }: { scene: SceneView }) {
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
