import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const manifest = z.object({ name: z.literal('defender-gateway'), version: z.string() });

/** The sources are two folders below the package; what is stripped for a package is three. */
const places = ['../../package.json', '../../../package.json'];

/** The version of this package, e.g. `0.1.0`; `unknown` where no package file came along. */
export const packageVersion = (): string => {
  for (const place of places) {
    const file = new URL(place, import.meta.url);
    if (!existsSync(file)) continue;
    const read = manifest.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (read.success) return read.data.version;
  }
  return 'unknown';
};
