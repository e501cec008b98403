import { z } from 'zod';

const text = z.union([z.string(), z.array(z.string())]);

/** https://nbformat.readthedocs.io/en/latest/format_description.html */
const notebook = z.object({ cells: z.array(z.object({ cell_type: z.string(), source: text })) });

const jsonOf = (file: string): unknown => {
  try {
    return JSON.parse(file);
  } catch {
    return undefined;
  }
};

/** The program in a Jupyter notebook; `undefined`: it is none. */
export const programOf = (file: string): string | undefined => {
  const { data } = notebook.safeParse(jsonOf(file));
  const code = data?.cells.filter(({ cell_type }) => cell_type === 'code');
  return code?.map(({ source }) => (typeof source === 'string' ? source : source.join(''))).join('\n');
};
