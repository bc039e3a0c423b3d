/** What an icon becomes in tests: nothing is fetched. */
export default function InlineSvg() {
  return null;
}
