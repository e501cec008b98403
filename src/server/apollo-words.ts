/** What Apollo Server says of a request before it reads its document, by how it begins, and what callers are told. */
const words: readonly (readonly [begins: string, says: string])[] = [
  [
    'This operation has been blocked as a potential Cross-Site Request Forgery',
    'A request without a body of JSON needs a header that no form of a page can send, e.g. "apollo-require-preflight: 1" (against CSRF). Else send a POST with "content-type: application/json". For people there is GraphiQL at /, where it is on',
  ],
  [
    'POST body missing',
    'The body holds no operation: it has to be a JSON object such as {"query": "{ viewer { name } }"}',
  ],
];

/** A message of Apollo's in words that say what to send; any other as it is. */
export const inPlainWords = (message: string): string =>
  words.find(([begins]) => message.startsWith(begins))?.[1] ?? message;
