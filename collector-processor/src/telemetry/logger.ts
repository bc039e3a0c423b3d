import { type LogFields, redactFields, redactText } from './redact.ts';

export type { LogFields } from './redact.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LEVELS)[number];

export interface LogRecord {
  atMs: number;
  level: LogLevel;
  message: string;
  fields: Readonly<Record<string, string | number | boolean | null>>;
}

/**
 * The processor's own log: rare events, never one per record. Each goes to every sink, redacted.
 * Sinks must not throw.
 */
export class Logger {
  private readonly least: number;
  private readonly sinks: ((record: LogRecord) => void)[];
  private readonly now: () => number;

  constructor(level: LogLevel = 'info', sink: (record: LogRecord) => void = toStderr, now: () => number = Date.now) {
    this.least = LEVELS.indexOf(level);
    this.sinks = [sink];
    this.now = now;
  }

  /** Adds a sink; returns what removes it. */
  also(sink: (record: LogRecord) => void): () => void {
    this.sinks.push(sink);
    return () => void this.sinks.splice(this.sinks.indexOf(sink), 1);
  }

  debug(message: string, fields: LogFields = {}): void {
    this.log('debug', message, fields);
  }

  info(message: string, fields: LogFields = {}): void {
    this.log('info', message, fields);
  }

  warn(message: string, fields: LogFields = {}): void {
    this.log('warn', message, fields);
  }

  error(message: string, fields: LogFields = {}): void {
    this.log('error', message, fields);
  }

  private log(level: LogLevel, message: string, fields: LogFields): void {
    if (LEVELS.indexOf(level) < this.least) return;
    const record = { atMs: this.now(), level, message: redactText(message), fields: redactFields(fields) };
    for (const sink of this.sinks) sink(record);
  }
}

/** One JSON object a line: `at` (RFC 3339), `level`, `message` and the fields. */
export function logLine({ atMs, level, message, fields }: LogRecord): string {
  return `${JSON.stringify({ ...fields, at: new Date(atMs).toISOString(), level, message })}\n`;
}

function toStderr(record: LogRecord): void {
  process.stderr.write(logLine(record));
}
