import { type Incoming, mediaType } from './incoming.ts';
import { readForm } from './multipart.ts';

const keptBodyBytes = 64 * 1024;
/** Form fields whose values must not be read back over the control API. */
const secretFields = [
  'client_secret',
  'client_assertion',
  'assertion',
  'refresh_token',
  'password',
  'code',
  'device_code',
];

/** Headers as recorded: present ones, without the token. */
export const recordedHeaders = ({ headers }: Incoming): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || name === 'authorization' ? [] : [[name, value]],
    ),
  );

const recordedForm = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...new URLSearchParams(text)].map(([name, value]) => [name, secretFields.includes(name) ? '(removed)' : value]),
  );

const parsedOrText = (text: string): unknown => {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    return text;
  }
};

/** Fields of a form with files, by their names: the name of a file, the text of another. */
const recordedParts = ({ headers, body }: Incoming): Record<string, string> =>
  Object.fromEntries(
    (readForm(headers['content-type'] ?? '', body) ?? []).map(({ name, fileName, content }) => [
      name,
      fileName ?? content.toString('utf8'),
    ]),
  );

/** The body as recorded: parsed JSON, a form without its secrets, or nothing when it is long or no text. */
export const recordedBody = (incoming: Incoming): unknown => {
  if (incoming.body.length === 0 || incoming.body.length > keptBodyBytes) return undefined;
  const type = mediaType(incoming);
  if (type === 'application/x-www-form-urlencoded') return recordedForm(incoming.body.toString('utf8'));
  if (type === 'multipart/form-data') return recordedParts(incoming);
  return type === 'application/json' || type === '' ? parsedOrText(incoming.body.toString('utf8')) : undefined;
};
