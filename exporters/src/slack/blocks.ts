import type { Notice } from '../channel.ts';
import { factRows, headline } from '../message-text.ts';

interface Block {
  type: string;
  [field: string]: unknown;
}

/** Limits of Block Kit: docs.slack.dev/reference/block-kit/blocks. */
const HEADER_CHARS = 150;
const SECTION_CHARS = 3000;
const FACTS_CHARS = 2800;

/** Buttons by `action_id`. Their value is the answer token alone: what it may do, and to what, is looked up. */
const ANSWER_BUTTONS = [
  ['cnapp_acknowledge', 'Acknowledge', 'primary'],
  ['cnapp_assign', 'I take it', undefined],
  ['cnapp_verdict_tp', 'True positive', undefined],
  ['cnapp_verdict_fp', 'False positive', 'danger'],
  ['cnapp_verdict_btp', 'Expected activity', undefined],
  ['cnapp_verdict_duplicate', 'Duplicate', undefined],
] as const;

/** The message as Block Kit. */
export function slackBlocks(notice: Notice): Block[] {
  const { message, answerToken } = notice;
  const facts = factRows(message)
    .map(([name, value]) => `*${escapeMrkdwn(name)}*  ${escapeMrkdwn(value)}`)
    .join('\n');
  const blocks: Block[] = [
    { type: 'header', text: { type: 'plain_text', text: cut(headline(notice), HEADER_CHARS) } },
    section(cut(facts, FACTS_CHARS)),
  ];
  if (message.nextCommand !== null) {
    blocks.push(
      section(`*Next*\n\`\`\`${cut(escapeMrkdwn(message.nextCommand).replaceAll('```', "'''"), FACTS_CHARS)}\`\`\``),
    );
  }
  if (message.links.length > 0) {
    const links = message.links.map(({ title, href }) => `<${escapeLink(href)}|${escapeMrkdwn(title)}>`);
    blocks.push(section(cut(links.join('  ·  '), SECTION_CHARS)));
  }
  if (answerToken !== null && message.state !== 'resolved') {
    const offered = ANSWER_BUTTONS.filter(([id]) => id !== 'cnapp_acknowledge' || message.state === 'firing');
    const elements = offered.map(([id, label, style]) => ({
      type: 'button',
      action_id: id,
      text: { type: 'plain_text', text: label },
      value: answerToken,
      ...(style && { style }),
    }));
    blocks.push({ type: 'actions', block_id: 'cnapp_answer', elements });
  }
  return blocks;
}

function section(text: string): Block {
  return { type: 'section', text: { type: 'mrkdwn', text: text || '–' } };
}

/** Slack's three control characters, and its marks. Source: docs.slack.dev/messaging/formatting-message-text#escaping. */
function escapeMrkdwn(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*_~`]/g, '\u200b$&');
}

function escapeLink(href: string): string {
  return href.replaceAll('&', '&amp;').replaceAll('<', '%3C').replaceAll('>', '%3E').replaceAll('|', '%7C');
}

function cut(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars - 1)}…`;
}
