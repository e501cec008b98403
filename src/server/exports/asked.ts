import type { Request } from 'express';
import { InputError } from '../../errors.ts';
import type { ExportQuestion } from '../../exports/exports.ts';
import { oneOf } from '../../exports/parameters.ts';
import type { FormatName } from './formats.ts';

/** What is asked of an export, and how it is to be sent. */
export interface AskedExport {
  readonly question: ExportQuestion;
  readonly format: FormatName;
  /** `file`: the file itself is packed; `coding`: it is on its way, and unpacked by who takes it. */
  readonly gzip: 'file' | 'coding' | null;
}

const formatNames = ['ndjson', 'csv'] as const satisfies readonly FormatName[];

/** All values of each parameter, in their order. */
const parametersOf = (url: string): ReadonlyMap<string, readonly string[]> => {
  const parameters = new Map<string, string[]>();
  for (const [name, value] of new URL(url, 'http://gateway').searchParams) {
    const values = parameters.get(name) ?? [];
    parameters.set(name, values);
    values.push(value);
  }
  return parameters;
};

/** Throws `BAD_USER_INPUT` for another method than GET, and for parameters that say nothing known. */
export const askedOf = (request: Request, name: string): AskedExport => {
  // Express answers HEAD by what answers GET.
  if (request.method !== 'GET') throw new InputError('An export is asked for with GET');
  const parameters = parametersOf(request.originalUrl);
  const format = oneOf(parameters, 'format', formatNames) ?? 'ndjson';
  const packs = oneOf(parameters, 'gzip', ['0', '1']);
  const accepted = packs === null && request.acceptsEncodings('gzip', 'identity') === 'gzip';
  return {
    question: { name, parameters, answered: { format, gzip: packs ?? '0' } },
    format,
    gzip: packs === '1' ? 'file' : accepted ? 'coding' : null,
  };
};
