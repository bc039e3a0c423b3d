import { getDataSourceSrv } from '@grafana/runtime';
import { Alert, Button, Combobox, ConfirmModal, EmptyState, Field, LinkButton, Stack } from '@grafana/ui';
import { useMemo, useState } from 'react';
import { ensureFolder, installedRules, installGroup, removeGroup } from '../../alerts/provisioning.ts';
import { diffGroup, type GroupDiff, isUpToDate, type ProvisionedRule } from '../../alerts/rule-diff.ts';
import { toApiError } from '../../api/api-error.ts';
import { isEditor } from '../../api/roles.ts';
import { useApi } from '../../api/use-api.ts';
import { Loading } from '../../components/Loading.tsx';
import { t } from '../../i18n.ts';
import { GroupTable } from './GroupTable.tsx';
import { Lint } from './Lint.tsx';
import { RULES_FOLDER, type WantedGroup, wantedGroups } from './wanted-rules.ts';

const provisionedUid = 'cnapp-prometheus';

export function AlertRules() {
  const prometheuses = getDataSourceSrv().getList({ pluginId: 'prometheus' });
  const preferred = prometheuses.find(({ uid }) => uid === provisionedUid) ?? prometheuses[0];
  const [dataSourceUid, setDataSourceUid] = useState(preferred?.uid);
  // Grafana leads viewers home before they get here. Should it not, they are told, and nothing is asked that would be refused.
  const installed = useApi(isEditor() ? 'installed' : null, installedRules);
  if (!isEditor() || installed.error?.kind === 'forbidden') {
    return (
      <Alert severity="info" title={t('alert-rules.forbidden', 'Your role may not see provisioned alert rules')}>
        {t('alert-rules.forbidden-detail', 'Ask an administrator, or for the permission alert.provisioning:read.')}
      </Alert>
    );
  }
  if (dataSourceUid === undefined) {
    return (
      <EmptyState
        variant="call-to-action"
        message={t('alert-rules.no-prometheus', 'Alert rules need a Prometheus data source that scrapes the processor')}
        button={
          <LinkButton href="/connections/datasources/prometheus">
            {t('alert-rules.add-prometheus', 'Add Prometheus')}
          </LinkButton>
        }
      />
    );
  }
  return (
    <Stack direction="column" gap={2} minWidth={0}>
      <Field
        label={t('alert-rules.prometheus', 'Prometheus')}
        description={t(
          'alert-rules.prometheus-description',
          'It must scrape the processor and evaluate the recording rules of alert-rules/generated/prometheus.',
        )}
      >
        <Combobox
          id="cnapp-rules-prometheus"
          width={40}
          options={prometheuses.map(({ uid, name }) => ({ value: uid, label: name }))}
          value={dataSourceUid}
          onChange={({ value }) => setDataSourceUid(value)}
        />
      </Field>
      <Loading loaded={installed} errorTitle={t('alert-rules.error', 'The installed rules could not be loaded')}>
        {(rules) => <Installer rules={rules} dataSourceUid={dataSourceUid} onChanged={installed.reload} />}
      </Loading>
      <Lint dataSourceUid={dataSourceUid} />
    </Stack>
  );
}

interface InstallerProps {
  rules: readonly ProvisionedRule[];
  dataSourceUid: string;
  onChanged: () => void;
}

function Installer({ rules, dataSourceUid, onChanged }: InstallerProps) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [isRemoving, setRemoving] = useState(false);
  const healthTitle = t('alert-rules.health', 'Health of the processor and its sources');
  const groups = useMemo(
    () =>
      wantedGroups(dataSourceUid, '', healthTitle).map((wanted) => ({
        ...wanted,
        diff: diffGroup(wanted.request, rules),
      })),
    [rules, dataSourceUid, healthTitle],
  );
  const open = groups.filter(({ diff }) => !diff.isLocked);
  const outdated = open.filter(({ diff }) => !isUpToDate(diff));
  const present = open.filter(({ diff }) => diff.rules.some(({ state }) => state !== 'missing'));

  const run = async (action: (wanted: readonly WantedGroup[]) => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await action(wantedGroups(dataSourceUid, await ensureFolder(RULES_FOLDER), healthTitle));
    } catch (reason) {
      setProblem(toApiError(reason).message);
    } finally {
      setBusy(false);
      onChanged();
    }
  };
  const named = (diffs: readonly { diff: GroupDiff }[]) => new Set(diffs.map(({ diff }) => diff.request.body.title));
  const install = (chosen: readonly { diff: GroupDiff }[]) =>
    run(async (wanted) => {
      for (const { request } of wanted) if (named(chosen).has(request.body.title)) await installGroup(request);
    });
  const remove = () =>
    run(async (wanted) => {
      for (const { request } of wanted) if (named(present).has(request.body.title)) await removeGroup(request);
    });

  return (
    <>
      {problem !== null && (
        <Alert severity="error" title={t('alert-rules.failed', 'Grafana refused the change')}>
          {problem}
        </Alert>
      )}
      {open.length < groups.length && (
        <Alert severity="info" title={t('alert-rules.locked', 'Some rules are provisioned by files')}>
          {t('alert-rules.locked-detail', 'They are compared here, but can only be changed where the files are.')}
        </Alert>
      )}
      <Stack gap={1}>
        <Button icon="plus" disabled={isBusy || outdated.length === 0} onClick={() => void install(outdated)}>
          {outdated.length === 0
            ? t('alert-rules.up-to-date', 'Everything is installed')
            : t('alert-rules.install', 'Install or upgrade {{count}} groups', { count: outdated.length })}
        </Button>
        <Button
          variant="destructive"
          fill="outline"
          disabled={isBusy || present.length === 0}
          onClick={() => setRemoving(true)}
        >
          {t('alert-rules.remove', 'Remove ours')}
        </Button>
      </Stack>
      <GroupTable groups={groups} />
      <ConfirmModal
        isOpen={isRemoving}
        title={t('alert-rules.remove-title', 'Remove alert rules')}
        body={t('alert-rules.remove-body', 'Removes {{count}} rule groups of this product from Grafana. Others stay.', {
          count: present.length,
        })}
        confirmText={t('alert-rules.remove-confirm', 'Remove')}
        onConfirm={() => {
          setRemoving(false);
          void remove();
        }}
        onDismiss={() => setRemoving(false)}
      />
    </>
  );
}
