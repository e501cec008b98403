import { createHash } from 'node:crypto';
import { mde } from '../../microsoft/mde/index.ts';
import { DefenderFault, notFound, refusals } from '../defender/fault.ts';
import { type FormPart, readForm } from '../http/multipart.ts';
import { serve } from '../http/serve.ts';
import type { Route, SimRequest } from '../http/types.ts';
import { isoTime } from '../world/times.ts';
import type { WorldLibraryFile } from '../world/types.ts';
import { callerName, collection, entity, param } from './route.ts';

/** upload-library.md: at most 20 MB. */
const maxFileBytes = 20 * 1024 * 1024;

/** A file of the library as list-library-files.md prints it; `parametersDescription` is absent when there are none. */
function shape(file: WorldLibraryFile): Readonly<Record<string, unknown>> {
  const { parametersDescription } = file;
  return {
    fileName: file.fileName,
    sha256: createHash('sha256').update(file.content).digest('hex'),
    description: file.description === '' ? null : file.description,
    creationTime: file.createdAt,
    lastUpdatedTime: file.updatedAt,
    createdBy: file.createdBy,
    hasParameters: parametersDescription !== null,
    ...(parametersDescription !== null && { parametersDescription }),
  };
}

/** The library of scripts and files for live response. */
export function libraryRoutes(): readonly Route[] {
  return [
    serve(mde.listLibraryFiles, (request) =>
      collection(request, 'LibraryFiles', [...request.tenant.libraryFiles.values()].map(shape)),
    ),
    serve(mde.uploadLibraryFile, (request) => {
      const file = readUpload(request);
      request.tenant.libraryFiles.set(file.fileName, file);
      return entity(request, 'LibraryFiles', shape(file));
    }),
    serve(mde.deleteLibraryFile, (request) => {
      const fileName = param(request, 'fileName');
      if (!request.tenant.libraryFiles.delete(fileName)) throw notFound('library file', fileName);
      return { status: 204 };
    }),
  ];
}

function readUpload(request: SimRequest): WorldLibraryFile {
  const parts = Buffer.isBuffer(request.body) ? readForm(request.headers['content-type'] ?? '', request.body) : null;
  if (parts === null) throw new DefenderFault('InvalidRequestBody', 'The body is not a multipart form.');
  const find = (name: string): FormPart | undefined =>
    parts.find((part) => part.name.toLowerCase() === name.toLowerCase());
  const text = (name: string): string => find(name)?.content.toString('utf8') ?? '';

  const file = find('File');
  const fileName = file?.fileName ?? '';
  if (file === undefined || fileName === '') throw refusals.missing('File');
  if (file.content.length > maxFileBytes) throw new DefenderFault('InvalidInput', 'The file has more than 20 MB.');
  const before = request.tenant.libraryFiles.get(fileName);
  if (before !== undefined && text('OverrideIfExists').toLowerCase() !== 'true') {
    const code = request.oddities.values.libraryNameTaken === 'conflict' ? 'Conflict' : 'InvalidInput';
    throw new DefenderFault(code, `The file ${fileName} already exists.`);
  }
  const at = isoTime(request.now.getTime());
  const parameters = text('ParametersDescription');
  const hasParameters = parameters !== '' || text('HasParameters').toLowerCase() === 'true';
  return {
    fileName,
    content: Buffer.from(file.content),
    description: text('Description'),
    createdAt: before?.createdAt ?? at,
    updatedAt: at,
    createdBy: callerName(request),
    parametersDescription: hasParameters ? parameters : null,
  };
}
