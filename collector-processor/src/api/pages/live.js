// Keeps the page fresh: looks again when the processor says that something happened, and at least every half minute.
// Without it the page is complete; it only stands still.
const place = document.getElementById('live');
const label = document.getElementById('live-text');
const quietMs = 2000;
const oldestMs = 30_000;
let lastLookMs = Date.now();
let planned = false;

function say(state, text) {
  place.dataset.state = state;
  label.textContent = text;
}

function addLocalTimes() {
  for (const time of document.querySelectorAll('time')) {
    const local = new Date(time.dateTime).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' });
    time.title = time.title && !time.title.includes(local) ? `${time.title} · ${local}` : local;
  }
}

/** Replaces the content, and leaves focus, open details and scroll where they were. */
async function look() {
  const main = document.getElementById('main');
  planned = false;
  lastLookMs = Date.now();
  if (document.hidden || !getSelection().isCollapsed || main.querySelector('form:focus-within, form[data-begun]'))
    return;
  const response = await fetch(location.pathname + location.search, { headers: { accept: 'text/html' } });
  if (!response.ok) return;
  // Meanwhile somebody may have begun to answer.
  if (main.querySelector('form:focus-within, form[data-begun]')) return;
  const next = new DOMParser().parseFromString(await response.text(), 'text/html');
  const open = new Set([...main.querySelectorAll('details[open]')].map((details) => details.id));
  const focused = main.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
  const { scrollLeft } = main.querySelector('.scroll:focus-within') ?? { scrollLeft: 0 };
  main.replaceChildren(...next.getElementById('main').childNodes);
  for (const details of main.querySelectorAll('details')) if (open.has(details.id)) details.open = true;
  if (focused !== null) {
    const again = [...main.querySelectorAll('a')].find((link) => link.getAttribute('href') === focused);
    again?.focus({ preventScroll: true });
    const box = again?.closest('.scroll');
    if (box) box.scrollLeft = scrollLeft;
  }
  place.querySelector('time').replaceWith(next.querySelector('#live time'));
  addLocalTimes();
}

function lookSoon() {
  if (planned) return;
  planned = true;
  setTimeout(() => look().catch(() => {}), Math.max(0, lastLookMs + quietMs - Date.now()));
}

addLocalTimes();
document.addEventListener('input', ({ target }) => target.form?.setAttribute('data-begun', ''));
// What was recorded is said once, not again with every look.
if (location.search.startsWith('?said=')) history.replaceState(null, '', location.pathname);
const stream = new EventSource('/api/v1/stream');
stream.addEventListener('open', () => say('live', 'Live, as of'));
stream.addEventListener('error', () => say('lost', 'Connection lost; as of'));
for (const type of ['episode', 'sli', 'source']) stream.addEventListener(type, lookSoon);
setInterval(() => {
  if (Date.now() - lastLookMs >= oldestMs) lookSoon();
}, 5000);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) lookSoon();
});
