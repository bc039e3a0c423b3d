import type { Message, Notice } from './channel.ts';

/** One line: what, how bad, and who has it. */
export function headline({ message, step, urgency }: Pick<Notice, 'message' | 'step' | 'urgency'>): string {
  const { title, severity, team } = message;
  if (step === 'digest' || step === 'deadline') return title;
  const opened = { page: 'Page', ticket: 'Ticket', digest: 'Ticket', approval: 'To approve' }[urgency];
  const resolved = urgency === 'approval' ? 'Decided' : 'Resolved';
  const state = { opened, acknowledged: 'Acknowledged', updated: `${opened}, updated`, resolved };
  return `${state[step]}: [${severity}] ${title} (${team})`;
}

/** The facts as rows, with what is missing said at the end. */
export function factRows(message: Message): (readonly [name: string, value: string])[] {
  const rows = [...message.facts];
  if (message.missing.length > 0) rows.push(['Not gathered', message.missing.join(', ')]);
  return rows;
}

/** The whole message as plain text, for mail and for channels that show no structure. */
export function plainText(notice: Notice): string {
  const { message } = notice;
  const lines = [headline(notice), '', ...factRows(message).map(([name, value]) => `${name}: ${value}`)];
  if (message.nextCommand !== null) lines.push('', 'Next:', message.nextCommand);
  if (message.links.length > 0) lines.push('', ...message.links.map(({ title, href }) => `${title}: ${href}`));
  return lines.join('\n');
}

/** The same as Markdown. Text from telemetry is escaped: it must not become a link, a mention or HTML. */
export function markdown(notice: Notice): string {
  const { message } = notice;
  const lines = factRows(message).map(([name, value]) => `- **${escapeMarkdown(name)}**: ${escapeMarkdown(value)}`);
  if (message.nextCommand !== null) lines.push('', 'Next:', '', fenced(message.nextCommand));
  if (message.links.length > 0)
    lines.push(
      '',
      ...message.links.map(({ title, href }) => `- [${escapeMarkdown(title)}](${encodeURI(decode(href))})`),
    );
  return lines.join('\n');
}

/** A zero-width joiner after `@` and `#` keeps people and issues from being called by what an attacker named a bucket. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()<>|~]/g, '\\$&')
    .replace(/[@#]/g, '$&\u200d')
    .replace(/\s+/g, ' ');
}

/** A fence that is longer than any within. */
function fenced(code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${code}\n${fence}`;
}

function decode(href: string): string {
  try {
    return decodeURI(href);
  } catch {
    return href;
  }
}
