/** Words of `Accept` that are kept, and how long each may be: those of clients are few. */
const most = { words: 100, characters: 500 } as const;

/** The media types that Apollo has chosen, by what was accepted: they depend on nothing else. */
export interface ContentTypes {
  of(accept: string | undefined): string | undefined;
  /** Notes what a good answer of Apollo's said. */
  learn(accept: string | undefined, status: number, contentType: string | undefined): void;
}

/** Nothing is known yet. */
export const createContentTypes = (): ContentTypes => {
  const types = new Map<string, string>();
  return {
    of: (accept = '') => types.get(accept),
    learn: (accept = '', status, contentType) => {
      if (status !== 200 || contentType === undefined || accept.length > most.characters) return;
      const [oldest] = types.size < most.words || types.has(accept) ? [] : types.keys();
      if (oldest !== undefined) types.delete(oldest);
      types.set(accept, contentType);
    },
  };
};
