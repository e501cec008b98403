/** Reads the body of a good answer while it comes, so that the whole of it need never be in memory. Made anew for each exchange. */
export interface BodyReader {
  /** Takes bytes in UTF-8, of which nothing is kept as they are. A promise: no more is to come before it is settled. */
  write(bytes: Uint8Array): Promise<void> | undefined;
  /** All have come; what `parse` of the operation is given. Throws a `SyntaxError` for what is no JSON. */
  end(): unknown;
}
