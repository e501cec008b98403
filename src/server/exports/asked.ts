import type { Request } from 'express';
import { isRecord } from '../../domain/records.ts';
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

/** Exports that are asked for with a body, since a question of theirs is longer than an address may be. */
const posted: ReadonlySet<string> = new Set(['hunt']);

/** A value of a body as a parameter of an address has it; null: it is not there. */
const textsOf = (value: unknown): readonly string[] | null => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return [value];
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  return [typeof value === 'object' ? JSON.stringify(value) : String(value)];
};

/** Throws `BAD_USER_INPUT` for a body that is no JSON object. */
const membersOf = (body: unknown): ReadonlyMap<string, readonly string[]> => {
  if (!isRecord(body))
    throw new InputError('The question is the body: a JSON object, with content-type: application/json');
  return new Map(
    Object.entries(body).flatMap(([name, value]) => {
      const isText = typeof value === 'string' || value === null || Array.isArray(value);
      if (name === 'query' && !isText) throw new InputError('query must be text', { field: name });
      const texts = textsOf(value);
      return texts === null ? [] : [[name, texts] as const];
    }),
  );
};

/** What a request asks for: in its address, or in its body alone. */
const parametersIn = (request: Request, name: string): ReadonlyMap<string, readonly string[]> => {
  const inAddress = parametersOf(request.originalUrl);
  if (!posted.has(name)) {
    // Express answers HEAD by what answers GET.
    if (request.method !== 'GET') throw new InputError('An export is asked for with GET');
    return inAddress;
  }
  if (request.method !== 'POST') throw new InputError(`The export "${name}" is asked for with POST`);
  if (inAddress.size > 0)
    throw new InputError(`The export "${name}" has its parameters in its body, which the log of no proxy keeps`);
  return membersOf(request.body);
};

/** Throws `BAD_USER_INPUT` for another method than the export's, and for parameters that say nothing known. */
export const askedOf = (request: Request, name: string): AskedExport => {
  const parameters = parametersIn(request, name);
  const format = oneOf(parameters, 'format', formatNames) ?? 'ndjson';
  const packs = oneOf(parameters, 'gzip', ['0', '1']);
  const accepted = packs === null && request.acceptsEncodings('gzip', 'identity') === 'gzip';
  return {
    question: { name, parameters, answered: { format, gzip: packs ?? '0' } },
    format,
    gzip: packs === '1' ? 'file' : accepted ? 'coding' : null,
  };
};
