import { expect, test } from 'vitest';
import { encodeForm } from '../../../src/upstream/http/form.ts';

test.each([
  ['plain', 'script.ps1', 'what it is for'],
  ['quotes, line ends and letters of others', 'a "b"\r\nc ü.ps1', 'one\ntwo\r\nthree'],
])('a form with a file is read as it was: %s', async (_, name, text) => {
  const content = Buffer.from([0, 13, 10, 45, 45, 255]);
  const { type, bytes } = encodeForm({ fields: { Description: text }, file: { field: 'File', name, content } });
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  expect(form.get('Description')).toBe(text.replace(/\r?\n/g, '\r\n'));
  const file = form.get('File');
  if (!(file instanceof File)) throw new Error('There is no file');
  expect({ name: file.name, content: Buffer.from(await file.arrayBuffer()) }).toEqual({ name, content });
});
