import { createHash } from 'node:crypto';
import { formOf, hasIdForm } from '../../../domain/id-forms.ts';
import { type LibraryFile, libraryFiles } from '../../../entities/library-file.ts';
import { InputError } from '../../../errors.ts';
import { maxLibraryFileBytes } from '../../../routing/library.ts';
import { readOne } from '../../../routing/reads-by-id.ts';
import type { CallScope } from '../../../scope.ts';
import { checkLength, fault } from '../../check-input.ts';
import type { DeleteLibraryFileInput, TenantMutationInput, UploadLibraryFileInput } from '../../inputs.ts';
import type { Of } from '../../once/journal.ts';
import type { LibraryFileResult } from '../../payloads.ts';
import { isUploaded } from '../../recovery/outcomes.ts';
import { notThere, refusedIn } from '../../results.ts';
import { type TenantMutation, tenantAction } from '../../tenant-action.ts';
import { type MadeJob, madeKind } from './kind.ts';

/** What is particular to one action on the library. */
interface LibraryOrder<Subject extends Of<'libraryUpload' | 'libraryDeletion'>>
  extends Pick<MadeJob<LibraryFile, Subject>, 'check' | 'send' | 'find'> {
  readonly subject: Subject;
  readonly sha256: string | null;
}

const checkName = (given: string): string => {
  const name = given.trim();
  if (hasIdForm(libraryFiles.id, name)) return name;
  throw fault('fileName', `must be ${formOf(libraryFiles.id)}`);
};

/**
 * The name of a file in a form ends at the first quote for some who read it; one that turns its letters around is read as another
 * by who approves or runs it.
 */
const checkNewName = (name: string): string => {
  if (name.includes('"')) throw fault('fileName', 'must be without quotes');
  if (/\p{Cf}/u.test(name)) throw fault('fileName', 'must be without characters that do not show');
  return name;
};

/** An action on one file. Calls: 1 to list, 1 for the action, 1 to list again. */
const libraryAction = <
  Input extends TenantMutationInput & { readonly fileName: string },
  Subject extends Of<'libraryUpload' | 'libraryDeletion'>,
>(
  guardrail: 'uploadLibraryFile' | 'deleteLibraryFile',
  orderOf: (mutation: TenantMutation<Input>) => LibraryOrder<Subject>,
) =>
  tenantAction({
    ...{ guardrail, permission: 'library:write', read: 'library:write' },
    targetsOf: ({ fileName }: Input) => [fileName],
    order: (mutation) => {
      const { parts, acting, tenant } = mutation;
      const { subject, sha256, ...job } = orderOf(mutation);
      const { fileName } = subject;
      const read = (name: string, where: CallScope) => readOne(parts.reads.libraryFiles, tenant, name, where);
      const mayRead = acting.access.holds('library:read', tenant);
      const kind = madeKind<LibraryFile, Subject, LibraryFileResult>(
        {
          ...{ ...job, mutation, read, capability: 'libraryFiles.write' },
          plan: async (where) => {
            const target = { id: fileName, before: await read(fileName, where), machine: null };
            return [{ asked: fileName, target, error: null }];
          },
          subjectOf: () => subject,
          // The target itself: nothing else came of it.
          idOf: () => null,
          readable: async (files) => new Set(mayRead ? files : []),
        },
        (_, { outcome, error, shown: libraryFile }) => ({ fileName, sha256, outcome, error, libraryFile }),
      );
      return { kind, asked: [fileName], comment: null, particulars: subject };
    },
  });

/** base64 with its padding, as RFC 4648 has it: of anything else most decoders drop a part unseen. */
const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

const contentOf = ({ contentBase64 }: UploadLibraryFileInput): Uint8Array<ArrayBuffer> => {
  const field = 'contentBase64';
  const length = Buffer.byteLength(contentBase64, 'base64');
  if (length > maxLibraryFileBytes) throw new InputError('The file has more than 20 MiB', { field });
  if (!isBase64(contentBase64)) throw fault(field, 'is not base64');
  if (length === 0) throw new InputError('The file is empty', { field });
  return Buffer.from(contentBase64, 'base64');
};

/** No page says how long they may be; these are longer than people read. */
const maxDescription = 1000;

const textOf = (field: string, text: string | null | undefined): string | null => {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : checkLength(field, trimmed, maxDescription);
};

export const uploadLibraryFile = libraryAction(
  'uploadLibraryFile',
  ({ parts, tenant, input }: TenantMutation<UploadLibraryFileInput>) => {
    const content = contentOf(input);
    const fileName = checkNewName(checkName(input.fileName));
    const { overwrite = false } = input;
    const sha256 = createHash('sha256').update(content).digest('hex');
    const described = {
      description: textOf('description', input.description),
      parametersDescription: textOf('parametersDescription', input.parametersDescription),
    };
    return {
      sha256,
      subject: { kind: 'libraryUpload', fileName, sha256, ...described, overwrite },
      find: parts.finders.libraryUpload,
      check: ({ before }) => {
        if (before === null) return null;
        if (isUploaded({ sha256, ...described }, before)) {
          return refusedIn(tenant, 'ALREADY_IN_STATE', `${fileName} is in the library already, with this content`);
        }
        const message = `${fileName} is in the library already, with other content: give overwrite`;
        return overwrite ? null : refusedIn(tenant, 'CONFLICT', message);
      },
      send: (_, where) => parts.library.upload(tenant, { fileName, content, ...described, overwrite }, where),
    };
  },
);

export const deleteLibraryFile = libraryAction(
  'deleteLibraryFile',
  ({ parts, tenant, input }: TenantMutation<DeleteLibraryFileInput>) => {
    const fileName = checkName(input.fileName);
    return {
      sha256: null,
      subject: { kind: 'libraryDeletion', fileName },
      find: parts.finders.libraryDeletion,
      check: ({ before }) =>
        before === null ? notThere(tenant, `There is no library file ${fileName} in ${tenant.name}`) : null,
      send: (_, where) => parts.library.remove(tenant, fileName, where),
    };
  },
);
