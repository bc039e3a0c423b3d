import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SliMember } from '@cnapp-slo/model';
import { membersPage } from './members-page.ts';

const member = (episodeId: string, role: SliMember['role'], durationSeconds: number | null): SliMember => ({
  ...{ episodeId, findingId: episodeId, role, durationSeconds },
  ...{ reason: null, weight: 1 },
});
const members = [
  member('e5', 'excluded', null),
  member('e3', 'good', 60),
  member('e1', 'bad', 10),
  member('e4', 'pending', null),
  member('e2', 'good', 90),
  member('e0', 'bad', 20),
  member('e6', 'good', 90),
];
/** Bad first, then what counted, what waits, what does not; the longest first, ids where that is equal. */
const inOrder = ['e0', 'e1', 'e2', 'e6', 'e3', 'e4', 'e5'];

test('pages of any size, one after the other, are the whole list in order', () => {
  for (let limit = 1; limit <= 8; limit += 1) {
    const seen: string[] = [];
    for (let offset = 0, isLast = false; !isLast; offset += limit) {
      const page = membersPage(members, { offset, limit });
      assert.deepEqual(page.counts, { good: 3, bad: 2, excluded: 1, pending: 1 });
      assert.ok(page.page.length > 0 && page.page.length <= limit);
      seen.push(...page.page.map(({ episodeId }) => episodeId));
      isLast = page.isLast;
    }
    assert.deepEqual(seen, inOrder, `pages of ${limit}`);
  }
});

test('one role alone is paged by itself, and the counts stay those of all', () => {
  const first = membersPage(members, { offset: 0, limit: 2, role: 'good' });
  assert.deepEqual(
    first.page.map(({ episodeId }) => episodeId),
    ['e2', 'e6'],
  );
  assert.deepEqual([first.isLast, first.counts.bad], [false, 2]);
  const second = membersPage(members, { offset: 2, limit: 2, role: 'good' });
  assert.deepEqual(
    second.page.map(({ episodeId }) => episodeId),
    ['e3'],
  );
  assert.equal(second.isLast, true);
});

test('without members the only page is empty', () => {
  const { page, isLast } = membersPage([], { offset: 0, limit: 25 });
  assert.deepEqual([page, isLast], [[], true]);
});
