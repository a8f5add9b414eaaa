import { defineParameterType } from '@cucumber/cucumber';

const QUOTED = /"([^"]*)"|'([^']*)'/;
const QUOTED_LIST = /"[^"]*"(?:(?:, | and )"[^"]*")*/;
const unquote = (double: string | undefined, single: string | undefined) => double ?? single ?? '';
const unquoteAll = (list: string) => [...list.matchAll(/"([^"]*)"/g)].map(([, name = '']) => name);

defineParameterType({ name: 'policy', regexp: QUOTED, transformer: unquote });
defineParameterType({ name: 'rule', regexp: QUOTED, transformer: unquote });
defineParameterType({ name: 'file', regexp: QUOTED, transformer: unquote });
defineParameterType({ name: 'object', regexp: QUOTED, transformer: unquote });
defineParameterType({ name: 'labels', regexp: QUOTED, transformer: unquote });

defineParameterType({ name: 'policies', regexp: QUOTED_LIST, transformer: unquoteAll });
defineParameterType({ name: 'rules', regexp: QUOTED_LIST, transformer: unquoteAll });
defineParameterType({ name: 'names', regexp: QUOTED_LIST, transformer: unquoteAll });

defineParameterType({ name: 'kind', regexp: /[A-Z][A-Za-z0-9]*|object/, transformer: (kind: string) => kind });
defineParameterType({ name: 'verdict', regexp: /pass|fail/, transformer: (verdict: string) => verdict });
defineParameterType({
  name: 'outcome',
  regexp: /passes|fails|is skipped|errors|warns|does not match/,
  transformer: (outcome: string) => outcome,
});
defineParameterType({ name: 'action', regexp: /Audit|Enforce/, transformer: (action: string) => action });
defineParameterType({ name: 'fieldValidation', regexp: /Strict|Warn|Ignore/, transformer: (how: string) => how });
defineParameterType({ name: 'patchType', regexp: /strategic|merge|JSON|apply/, transformer: (type: string) => type });
defineParameterType({ name: 'command', regexp: /`([^`]*)`/, transformer: (line: string) => line });
defineParameterType({ name: 'pattern', regexp: /\/(.+)\//, transformer: (source: string) => source });
