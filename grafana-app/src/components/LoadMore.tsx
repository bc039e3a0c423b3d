import type { Page } from '@cnapp-slo/model';
import { Button, Stack, Text } from '@grafana/ui';
import type { LoadedPages } from '../api/use-pages.ts';
import { t } from '../i18n.ts';

/** Below a list that goes on: how much is shown, and more of it. */
export function LoadMore<P extends Page<unknown>>({ pages, total }: { pages: LoadedPages<P>; total?: number }) {
  const { items, loadMore, isLoadingMore, moreError } = pages;
  if (loadMore === null && moreError === null) return null;
  return (
    <Stack justifyContent="center" alignItems="center" gap={2}>
      <Text color="secondary" variant="bodySmall">
        {total === undefined
          ? t('list.shown', '{{shown}} shown', { shown: items.length })
          : t('list.shown-of', '{{shown}} of {{total}} shown', { shown: items.length, total })}
      </Text>
      {moreError !== null && (
        <Text color="error" variant="bodySmall">
          {t('list.more-error', 'More could not be loaded: {{message}}', { message: moreError.message })}
        </Text>
      )}
      <Button
        variant="secondary"
        size="sm"
        disabled={isLoadingMore || loadMore === null}
        onClick={() => void loadMore?.()}
      >
        {isLoadingMore ? t('loading.text', 'Loading …') : t('list.more', 'Show more')}
      </Button>
    </Stack>
  );
}
