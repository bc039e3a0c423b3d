import type { EpisodeJson } from '@cnapp-slo/model';
import { Button, Stack, useStyles2 } from '@grafana/ui';
import { VERDICTS } from '../../api/client.ts';
import { Badge } from '../../components/Badge.tsx';
import { StateBadge } from '../../components/badges.tsx';
import { SegmentBar } from '../../components/SegmentBar.tsx';
import { verdictText } from '../../components/SubjectActions.tsx';
import { Timestamp } from '../../components/Timestamp.tsx';
import { getTableStyles } from '../../components/table-styles.ts';
import { t } from '../../i18n.ts';
import { segmentsOf } from '../../slo/clocks.ts';

interface Props {
  episodes: readonly EpisodeJson[];
  selected?: string;
  onSelect: (id: string) => void;
  timeZone?: string;
}

/** Every time this finding was violated, newest first. */
export function Episodes({ episodes, selected, onSelect, timeZone }: Props) {
  const styles = useStyles2(getTableStyles);
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th>{t('episodes.number', 'Episode')}</th>
            <th>{t('episodes.state', 'State')}</th>
            <th>{t('episodes.detected', 'Detected')}</th>
            <th>{t('episodes.segments', 'Where the time went')}</th>
            <th>{t('episodes.notes', 'Notes')}</th>
          </tr>
        </thead>
        <tbody>
          {episodes
            .toSorted((a, b) => b.seq - a.seq)
            .map((episode) => (
              <tr key={episode.id} aria-selected={episode.id === selected}>
                <td>
                  <Button
                    variant="secondary"
                    size="sm"
                    fill={episode.id === selected ? 'outline' : 'text'}
                    aria-pressed={episode.id === selected}
                    onClick={() => onSelect(episode.id)}
                  >
                    {`#${episode.seq}`}
                  </Button>
                </td>
                <td>
                  <StateBadge state={episode.state} />
                </td>
                <td className={styles.nowrap}>
                  {episode.clocks.t_detect === undefined ? (
                    '–'
                  ) : (
                    <Timestamp at={episode.clocks.t_detect.at} timeZone={timeZone} />
                  )}
                </td>
                <td>
                  <SegmentBar segments={segmentsOf(episode.clocks, null)} size="small" />
                </td>
                <td>
                  <Stack wrap="wrap" gap={0.5}>
                    {notesOf(episode).map((note) => (
                      <Badge key={note} color="darkgrey" text={note} />
                    ))}
                  </Stack>
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

/** What is out of the ordinary. */
function notesOf(episode: EpisodeJson): string[] {
  const notes: string[] = [];
  if (episode.close_reason !== null) notes.push(episode.close_reason.replaceAll('_', ' '));
  const verdict = VERDICTS.find((one) => one === episode.verdict);
  if (verdict !== undefined) notes.push(verdictText(verdict));
  if (episode.flaps > 0) notes.push(t('episodes.flaps', 'came back {{count}}×', { count: episode.flaps }));
  if (!episode.durable) notes.push(t('episodes.not-durable', 'fix did not last'));
  if (episode.cohort === 'baseline') notes.push(t('episodes.baseline', 'inherited backlog'));
  if (episode.origin === 'backfill') notes.push(t('episodes.backfill', 'imported history'));
  return notes;
}
