import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TextIndex } from './text-index.ts';

test('texts are numbered in the order in which they come, and found again, whatever letters they have', () => {
  const index = new TextIndex();
  const texts = ['', 'a', 'é', 'ÿ', 'Ā', '桶', '🪣 and more', '\0', 'x'.repeat(70_000), 'y'.repeat(1_200_000), 'ya'];
  for (let i = 0; i < 30_000; i++) texts.push(`a:default:arn:aws:s3:::bucket-${i}`);
  for (const [number, text] of texts.entries()) {
    assert.equal(index.of(text), -1);
    assert.equal(index.add(text), number);
    assert.equal(index.add(text), number);
  }
  assert.equal(index.size, texts.length);
  for (const [number, text] of texts.entries()) {
    assert.equal(index.of(text), number);
    assert.equal(index.text(number), text);
  }
  assert.equal(index.of('a:default:arn:aws:s3:::bucket-30000'), -1);
});
