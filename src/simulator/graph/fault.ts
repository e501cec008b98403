/** The error codes that Graph security answers with, and their HTTP status. */
export const graphStatus = {
  BadRequest: 400,
  invalidRequest: 400,
  itemNotFound: 404,
  generalException: 500,
} as const;

/** A code of the table above. */
export type GraphCode = keyof typeof graphStatus;

/** A request that Graph refuses; becomes the documented error body. */
export class GraphFault extends Error {
  override readonly name = 'GraphFault';
  readonly code: GraphCode;

  constructor(code: GraphCode, message: string) {
    super(message);
    this.code = code;
  }
}
