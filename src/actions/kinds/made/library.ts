import { createHash } from 'node:crypto';
import type { Tenant } from '../../../config/tenants.ts';
import { formOf, hasIdForm } from '../../../domain/id-forms.ts';
import { type LibraryFile, libraryFiles } from '../../../entities/library-file.ts';
import { GatewayError, InputError, NotFoundError } from '../../../errors.ts';
import { maxLibraryFileBytes } from '../../../routing/library.ts';
import type { CallScope } from '../../../scope.ts';
import type { Act, ActParts } from '../../act.ts';
import type { Acting } from '../../acting.ts';
import { checkLength } from '../../check-input.ts';
import type { DeleteLibraryFileInput, TenantMutationInput, UploadLibraryFileInput } from '../../inputs.ts';
import type { Of } from '../../once/journal.ts';
import type { LibraryFileResult, Payload } from '../../payloads.ts';
import { isUploaded } from '../../recovery/made.ts';
import { errorRow, payloadOf } from '../../results.ts';
import { type MadeJob, type MadeTarget, madeKind } from './kind.ts';

/** What is particular to one act on the library. */
interface LibraryOrder<Subject extends Of<'libraryUpload' | 'libraryDeletion'>>
  extends Pick<MadeJob<LibraryFile, Subject>, 'check' | 'send' | 'find'> {
  readonly mutation: string;
  readonly guardrail: 'uploadLibraryFile' | 'deleteLibraryFile';
  readonly input: TenantMutationInput & { readonly fileName: string };
  readonly subject: Subject;
  readonly sha256: string | null;
}

const checkName = (given: string): string => {
  const name = given.trim();
  if (hasIdForm(libraryFiles.id, name)) return name;
  throw new InputError(`fileName must be ${formOf(libraryFiles.id)}`, { field: 'fileName' });
};

/** The name of a file in a form ends at the first quote for some who read it. */
const checkFormName = (name: string): string => {
  if (!name.includes('"')) return name;
  throw new InputError('fileName must be without quotes', { field: 'fileName' });
};

/** Performs an act on one file. Calls: 1 to list, 1 for the act, 1 to list again. */
const performOnFile = async <Subject extends Of<'libraryUpload' | 'libraryDeletion'>>(
  parts: ActParts,
  acting: Acting,
  { mutation, guardrail, input, subject, sha256, ...job }: LibraryOrder<Subject>,
  scope: CallScope,
): Promise<Payload<LibraryFileResult>> => {
  const { access } = acting;
  const tenant = access.tenantFor(input.tenant, 'library:write');
  const { fileName } = subject;
  const read = async (name: string, where: CallScope): Promise<LibraryFile | null> => {
    const file = (await parts.reads.libraryFiles.byIds(tenant, [name], where)).get(name) ?? null;
    if (file instanceof Error) throw file;
    return file;
  };
  const kind = madeKind<LibraryFile, Subject, LibraryFileResult>(
    {
      ...{ ...job, tenant, parts, scope, read, acting, mutation, input },
      capability: 'libraryFiles.write',
      plan: async (where) => [
        { asked: fileName, target: { id: fileName, before: await read(fileName, where), machine: null }, error: null },
      ],
      subjectOf: () => subject,
      // The target itself: nothing else came of it.
      idOf: () => null,
      readable: async (files) => new Set(access.holds('library:read', tenant) ? files : []),
    },
    (_, { outcome, error, shown }, isReadable) => ({
      ...{ fileName, sha256, outcome, error: errorRow(error, parts.log) },
      libraryFile: isReadable ? shown : null,
    }),
  );
  const order = { acting, mutation, guardrail, tenant, input, kind, asked: [fileName], comment: null } as const;
  return payloadOf(input, await parts.pipeline({ ...order, read: 'library:write', particulars: subject }, scope));
};

/** base64 with its padding, as RFC 4648 has it: of anything else most decoders drop a part unseen. */
const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

const contentOf = ({ contentBase64 }: UploadLibraryFileInput): Uint8Array<ArrayBuffer> => {
  const field = 'contentBase64';
  const length = Buffer.byteLength(contentBase64, 'base64');
  if (length > maxLibraryFileBytes) throw new InputError('The file has more than 20 MiB', { field });
  if (!isBase64(contentBase64)) throw new InputError('contentBase64 is not base64', { field });
  if (length === 0) throw new InputError('The file is empty', { field });
  return Buffer.from(contentBase64, 'base64');
};

/** No page says how long they may be; these are longer than people read. */
const maxDescription = 1000;

const textOf = (field: string, text: string | null | undefined): string | null => {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : checkLength(field, trimmed, maxDescription);
};

const conflict = (code: 'ALREADY_IN_STATE' | 'CONFLICT', { name }: Tenant, message: string): GatewayError =>
  new GatewayError(code, message, { tenant: name, sent: 'no' });

export const uploadLibraryFile: Act<UploadLibraryFileInput, LibraryFileResult> = {
  guardrail: 'uploadLibraryFile',
  permission: 'library:write',
  targetsOf: ({ fileName }) => [fileName],
  perform: async (parts, mutation, acting, input, scope) => {
    const content = contentOf(input);
    const fileName = checkFormName(checkName(input.fileName));
    const { overwrite = false } = input;
    const sha256 = createHash('sha256').update(content).digest('hex');
    const described = {
      description: textOf('description', input.description),
      parametersDescription: textOf('parametersDescription', input.parametersDescription),
    };
    const tenant = acting.access.tenantFor(input.tenant, 'library:write');
    return performOnFile(
      parts,
      acting,
      {
        ...{ mutation, guardrail: 'uploadLibraryFile', input, sha256 },
        subject: { kind: 'libraryUpload', fileName, sha256, ...described, overwrite },
        find: parts.finders.libraryUpload,
        check: ({ before }) => {
          if (before === null) return null;
          if (isUploaded({ sha256, ...described }, before)) {
            return conflict('ALREADY_IN_STATE', tenant, `${fileName} is in the library already, with this content`);
          }
          return overwrite
            ? null
            : conflict('CONFLICT', tenant, `${fileName} is in the library already, with other content: give overwrite`);
        },
        send: (_, where) => parts.library.upload(tenant, { fileName, content, ...described, overwrite }, where),
      },
      scope,
    );
  },
};

export const deleteLibraryFile: Act<DeleteLibraryFileInput, LibraryFileResult> = {
  guardrail: 'deleteLibraryFile',
  permission: 'library:write',
  targetsOf: ({ fileName }) => [fileName],
  perform: async (parts, mutation, acting, input, scope) => {
    const fileName = checkName(input.fileName);
    const tenant = acting.access.tenantFor(input.tenant, 'library:write');
    const unknown = (): GatewayError =>
      new NotFoundError(`There is no library file ${fileName} in ${tenant.name}`, { tenant: tenant.name, sent: 'no' });
    return performOnFile(
      parts,
      acting,
      {
        ...{ mutation, guardrail: 'deleteLibraryFile', input, sha256: null },
        subject: { kind: 'libraryDeletion', fileName },
        find: parts.finders.libraryDeletion,
        check: ({ before }) => (before === null ? unknown() : null),
        send: (_: MadeTarget<LibraryFile>, where) => parts.library.remove(tenant, fileName, where),
      },
      scope,
    );
  },
};
