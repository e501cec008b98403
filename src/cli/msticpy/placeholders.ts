/** Whether a program fills the value in when it runs: `{tenant}`, `%s`, `%(tenant)s`. */
export const isPlaceholder = (text: string): boolean => /^(\{.*\}|%(\(\w+\))?s)$/.test(text);
