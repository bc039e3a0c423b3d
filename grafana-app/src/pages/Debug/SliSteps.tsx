import { SLIS, type SliId } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Combobox, Icon, InlineField, Text, TextLink, useStyles2 } from '@grafana/ui';
import { Fragment } from 'react';
import { useSearchParams } from 'react-router-dom';
import { useApi } from '../../api/use-api.ts';
import { Loading } from '../../components/Loading.tsx';
import { Panel } from '../../components/Panel.tsx';
import { t } from '../../i18n.ts';
import type { SceneView } from '../../scenes/scene-view.tsx';
import { useLink } from '../../scenes/use-link.ts';
import { useScope } from '../../scenes/use-scope.ts';
import { formatCount, formatPercent, formatValue } from '../../slo/format.ts';
import { reasonText } from '../../slo/reason.ts';
import { type SliStep, sliSteps } from '../../slo/sli-steps.ts';

const titles = new Map(SLIS.map(({ definition: { id, code, title } }) => [id, `${code} · ${title}`]));

/** From the records that came in to the number that came out; what got lost at each step has its reason. */
export function SliSteps({ scene }: { scene: SceneView }) {
  const styles = useStyles2(getStyles);
  const scope = useScope(scene);
  const link = useLink();
  const [search, setSearch] = useSearchParams();
  const id = titles.has(search.get('sli') as SliId) ? (search.get('sli') as SliId) : 'mttr';
  const loaded = useApi(
    `steps ${id} ${scope.key}`,
    async (signal) => {
      const [page, sources] = await Promise.all([
        scope.client.explain(id, { ...scope.filter, ...scope.window, limit: 1 }, signal),
        scope.client.sources(signal),
      ]);
      return { sli: page.sli, steps: sliSteps(page.sli, page.counts, sources.items) };
    },
    scope.refresh,
  );
  const choose = (value: string) =>
    setSearch((before) => {
      before.set('sli', value);
      return before;
    });
  return (
    <Panel
      title={t('steps.title', 'From raw to value')}
      actions={
        <InlineField label={t('steps.sli', 'SLI')} className={styles.choice}>
          <Combobox
            id="cnapp-debug-sli"
            width={34}
            options={[...titles].map(([value, label]) => ({ value, label }))}
            value={id}
            onChange={({ value }) => choose(value)}
          />
        </InlineField>
      }
    >
      <Loading loaded={loaded} errorTitle={t('steps.error', 'The steps could not be loaded')}>
        {({ sli, steps }) => (
          <ol className={styles.steps}>
            {steps.map((step) => (
              <Fragment key={step.name}>
                <li className={step.parts.length > 2 ? styles.wide : styles.step}>
                  <Text variant="bodySmall" color="secondary">
                    {stepName(step.name)}
                  </Text>
                  <span className={styles.count}>{formatCount(step.count)}</span>
                  <Parts step={step} sliId={id} />
                  {(step.name === 'excluded' || step.name === 'pending') && step.count > 0 && (
                    <TextLink href={link(`/slis/${id}`, { role: step.name })} variant="bodySmall" inline={false}>
                      {t('steps.show', 'Show them')}
                    </TextLink>
                  )}
                </li>
                <li aria-hidden className={styles.arrow}>
                  <Icon name="angle-right" />
                </li>
              </Fragment>
            ))}
            <li className={styles.step}>
              <Text variant="bodySmall" color="secondary">
                {t('steps.value', 'Value')}
              </Text>
              <span className={styles.count}>{formatValue(sli.value, sli.unit)}</span>
              <Text variant="bodySmall" color="secondary">
                {sli.value === null
                  ? reasonText(sli.reason, id)
                  : t('steps.ratio', 'ratio {{ratio}}, coverage {{coverage}}', {
                      ratio: formatPercent(sli.ratio, 2),
                      coverage: formatPercent(sli.coverage, 0),
                    })}
              </Text>
              <TextLink href={link(`/slis/${id}`)} variant="bodySmall" inline={false}>
                {t('steps.open', 'Open the SLI')}
              </TextLink>
            </li>
          </ol>
        )}
      </Loading>
    </Panel>
  );
}

function Parts({ step, sliId }: { step: SliStep; sliId: string }) {
  const styles = useStyles2(getStyles);
  if (step.parts.length === 0) return null;
  return (
    <ul className={styles.parts}>
      {step.parts.map(({ reason, count }) => (
        <li key={reason}>
          {formatCount(count)}{' '}
          {step.name === 'records' ? t('steps.rejected', 'rejected: {{reason}}', { reason }) : partName(reason, sliId)}
        </li>
      ))}
    </ul>
  );
}

function partName(reason: string, sliId: string): string {
  if (reason === 'good') return t('role.good', 'Good');
  if (reason === 'bad') return t('role.bad', 'Bad');
  return reasonText(reason, sliId);
}

function stepName(name: SliStep['name']): string {
  switch (name) {
    case 'records':
      return t('steps.records', 'Records received');
    case 'recognised':
      return t('steps.recognised', 'Recognised');
    case 'matched':
      return t('steps.matched', 'Matched');
    case 'excluded':
      return t('steps.excluded', 'Excluded');
    case 'pending':
      return t('steps.pending', 'Not decided yet');
    case 'decided':
      return t('steps.decided', 'Decided');
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  choice: css({ margin: 0 }),
  steps: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), listStyle: 'none', margin: 0, padding: 0 }),
  step: css({ display: 'flex', flexDirection: 'column', flex: '1 1 95px', minWidth: 90 }),
  wide: css({ display: 'flex', flexDirection: 'column', flex: '2 1 200px', minWidth: 110 }),
  arrow: css({ paddingTop: theme.spacing(3), color: theme.colors.text.secondary }),
  count: css({
    ...theme.typography.h3,
    fontVariantNumeric: 'tabular-nums',
    margin: 0,
  }),
  parts: css({
    ...theme.typography.bodySmall,
    color: theme.colors.text.secondary,
    listStyle: 'none',
    margin: 0,
    padding: 0,
  }),
});
