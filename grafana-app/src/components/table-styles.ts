import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

/** How our tables look: Grafana's InteractiveTable, for rows that come page by page and so can't be sorted here. */
export const getTableStyles = (theme: GrafanaTheme2) => ({
  scroll: css({ overflowX: 'auto', minWidth: 0 }),
  table: css({
    width: '100%',
    borderCollapse: 'collapse',
    'th, td': { padding: theme.spacing(1), textAlign: 'left', verticalAlign: 'middle' },
    th: {
      color: theme.colors.text.secondary,
      fontWeight: theme.typography.fontWeightMedium,
      whiteSpace: 'nowrap',
      borderBottom: `1px solid ${theme.colors.border.medium}`,
    },
    'tbody tr': { borderBottom: `1px solid ${theme.colors.border.weak}` },
    'tbody tr:hover': { background: theme.colors.action.hover },
  }),
  number: css({ textAlign: 'right !important' as 'right', fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }),
  nowrap: css({ whiteSpace: 'nowrap' }),
  // No width of its own, so that it takes what the others leave, and its second line can be cut off.
  main: css({ width: '45%', minWidth: 200, maxWidth: 0, overflowWrap: 'anywhere' }),
  // Where rows come and go while one scrolls, the columns stay as they are: as wide as their heads say.
  steady: css({ tableLayout: 'fixed', minWidth: 900 }),
  narrow: css({ width: 90 }),
  middle: css({ width: 130 }),
  wide: css({ width: 155 }),
  note: css({ maxWidth: 180 }),
});
