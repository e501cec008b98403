/** The `code` of an error of the system or of Node, e.g. `ECONNREFUSED`; empty when there is none. */
export const systemCodeOf = (thrown: unknown): string =>
  typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : '';
