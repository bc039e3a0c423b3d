import { dateTimeFormat, dateTimeFormatTimeAgo } from '@grafana/data';
import { Tooltip } from '@grafana/ui';

interface Props {
  /** RFC 3339. */
  at: string;
  timeZone?: string;
  /** Shown as the time since, with the instant on hover; else the other way round. */
  relative?: boolean;
}

/** An instant in the reader's time zone; UTC, as everything is stored, on hover. */
export function Timestamp({ at, timeZone, relative = false }: Props) {
  const ms = Date.parse(at);
  const absolute = dateTimeFormat(ms, { timeZone });
  const ago = dateTimeFormatTimeAgo(ms, { timeZone });
  return (
    <Tooltip content={`${relative ? absolute : ago} · ${at}`}>
      <time dateTime={at}>{relative ? ago : absolute}</time>
    </Tooltip>
  );
}
