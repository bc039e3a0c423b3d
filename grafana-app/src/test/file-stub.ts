/** What an image or stylesheet becomes in tests. */
export default '';
