/** Where a token stands in the query text: line from 1, position from 0, as the service counts. */
export interface Position {
  readonly line: number;
  readonly position: number;
}

/** A query the engine refuses; the message is what the caller of a hunting API reads in the 400. */
export class KqlFault extends Error {
  override readonly name = 'KqlFault';
}

/** The service's kind of message for text that does not parse. */
export function syntaxFault(token: string, at: Position): KqlFault {
  return new KqlFault(
    `A recognition error occurred in the query. Token: ${token}, Line: ${at.line}, Position: ${at.position}`,
  );
}

/** The service's kind of message for text that parses and means nothing; `operator` is the one under work, if any. */
export function semanticFault(operator: string | null, message: string): KqlFault {
  return new KqlFault(operator === null ? message : `'${operator}' operator: ${message}`);
}
