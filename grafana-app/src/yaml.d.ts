/** A YAML file's text. */
declare module '*.yaml' {
  const text: string;
  export default text;
}
