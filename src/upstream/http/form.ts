/** A file with fields beside it, as `multipart/form-data` (RFC 7578). */
export interface Form {
  readonly fields: Readonly<Record<string, string>>;
  readonly file: { readonly field: string; readonly name: string; readonly content: Uint8Array<ArrayBuffer> };
}

/** The form's bytes, and its media type with their boundary. */
export const encodeForm = async ({ fields, file }: Form): Promise<{ type: string; bytes: Uint8Array }> => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append(file.field, new Blob([file.content]), file.name);
  const encoded = new Response(form);
  return {
    type: encoded.headers.get('content-type') ?? 'multipart/form-data',
    bytes: new Uint8Array(await encoded.arrayBuffer()),
  };
};
