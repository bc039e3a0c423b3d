import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';

interface Props<T> {
  items: readonly T[];
  keyOf: (item: T) => string;
  /** How many columns the table has. */
  columns: number;
  /** Asks for more, when the last rows come near; absent where there are no more, or they are on their way. */
  onEnd?: () => void;
  /** The cells of a row. */
  children: (item: T) => ReactNode;
}

/** Two or three lines of text. */
const usualHeight = 66;
/** Rows beyond the window's edges, so that there is something to scroll to at once. */
const spare = 12;

/** The rows of a table on a page that scrolls. Of a long list only those near the window are in the document; the rest is room of their height. */
export function Rows<T>({ items, keyOf, columns, onEnd, children }: Props<T>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  // What is above the table comes and goes.
  useLayoutEffect(() => {
    if (body.current !== null) setTop(Math.round(body.current.getBoundingClientRect().top + window.scrollY));
  });
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => usualHeight,
    getItemKey: (index) => keyOf(items[index] as T),
    overscan: spare,
    scrollMargin: top,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1);
  const isNearEnd = last !== undefined && last.index >= items.length - spare;
  useEffect(() => {
    if (isNearEnd) onEnd?.();
  }, [isNearEnd, onEnd]);
  return (
    <tbody ref={body}>
      <Room height={(shown[0]?.start ?? top) - top} columns={columns} />
      {shown.map(({ index, key }) => (
        <Row key={key} index={index} item={items[index] as T} measure={rows.measureElement}>
          {children}
        </Row>
      ))}
      <Room height={rows.getTotalSize() - (last === undefined ? 0 : last.end - top)} columns={columns} />
    </tbody>
  );
}

interface RowProps<T> {
  index: number;
  item: T;
  measure: (row: Element | null) => void;
  children: (item: T) => ReactNode;
}

/** Drawn once, however often the list finds out anew which rows are near the window. */
const Row = memo(function Row<T>({ index, item, measure, children }: RowProps<T>) {
  return (
    <tr ref={measure} data-index={index} aria-rowindex={index + 2}>
      {children(item)}
    </tr>
  );
}) as <T>(props: RowProps<T>) => ReactNode;

function Room({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden style={{ height, border: 'none' }}>
      <td colSpan={columns} style={{ padding: 0 }} />
    </tr>
  );
}
