import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { noticeOf } from '../notice-sample.ts';
import { EmailChannel } from './channel.ts';
import { emailConfig } from './config.ts';

/** Enough of an SMTP server (RFC 5321) to take a mail, or to refuse its sender with `refusal`. */
async function startSmtp(refusal?: string) {
  const mails: string[] = [];
  const server = createServer((socket) => {
    let mail: string[] | null = null;
    socket.on('error', () => {});
    socket.write('220 test\r\n');
    const lines = createInterface({ input: socket });
    lines.on('error', () => {}); // a client that breaks off; readline passes the socket's error on
    lines.on('line', (line) => {
      if (mail && line !== '.') mail.push(line);
      else if (mail) {
        mails.push(mail.join('\n'));
        mail = null;
        socket.write('250 taken\r\n');
      } else if (line === 'DATA') {
        mail = [];
        socket.write('354 go on\r\n');
      } else if (line.startsWith('MAIL') && refusal) socket.write(`${refusal}\r\n`);
      else if (line === 'QUIT') socket.end('221 bye\r\n');
      else socket.write('250 ok\r\n');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, mails, stop: () => new Promise<void>((done) => void server.close(() => done())) };
}

function channelTo(url: string): EmailChannel {
  process.env.MAIL_URL = url;
  const raw = {
    kind: 'email',
    url: { env: 'MAIL_URL' },
    from: 'slo@acme.example',
    to: ['sec@acme.example'],
    timeout: '2s',
  };
  return new EmailChannel(emailConfig.parse(raw), 'x');
}

test('a mail is plain text, and a repeat has the same Message-ID', async (t) => {
  const smtp = await startSmtp();
  t.after(() => smtp.stop());
  const channel = channelTo(smtp.url);
  const first = await channel.send(noticeOf());
  assert.equal(first.status, 'accepted');
  assert.deepEqual(await channel.send(noticeOf({ isRepeat: true })), first);
  const [mail = ''] = smtp.mails;
  assert.match(mail, /^Subject: Page: \[critical\] S3 bucket is public \(payments\)$/m);
  assert.match(mail, /^Content-Type: text\/plain/m);
  assert.match(mail, /^Owner: payments$/m);
  const ids = smtp.mails.map((one) => /^Message-ID: (.*)$/m.exec(one)?.[1]);
  assert.equal(ids[0], ids[1]);
  assert.equal(first.status === 'accepted' && first.ref, ids[0]);
});

test('a refusal for good is told from one for now, and both from a server that is away', async () => {
  for (const [refusal, want] of [
    ['550 no', { status: 'rejected', code: 'smtp_550' }],
    ['451 later', { status: 'retryable', code: 'smtp_451' }],
  ] as const) {
    const smtp = await startSmtp(refusal);
    assert.deepEqual(await channelTo(smtp.url).send(noticeOf()), want);
    await smtp.stop();
  }
  assert.deepEqual(await channelTo('smtp://127.0.0.1:1').send(noticeOf()), {
    status: 'retryable',
    code: 'unreachable',
  });
});

test('credentials never travel in the clear', async (t) => {
  const smtp = await startSmtp();
  t.after(() => smtp.stop());
  const channel = channelTo(smtp.url.replace('//', '//user:password@'));
  assert.equal((await channel.send(noticeOf())).status, 'retryable');
  assert.deepEqual(smtp.mails, []);
});
