import { defineParameterType } from '@cucumber/cucumber';

// Editors read the regular expressions from these calls, so each stands here as a literal.

const unquote = (double: string | undefined, single: string | undefined) => double ?? single ?? '';
const unquoteAll = (list: string) => [...list.matchAll(/"([^"]*)"/g)].map(([, name = '']) => name);
const asWritten = (word: string) => word;

defineParameterType({ name: 'policy', regexp: /"([^"]*)"|'([^']*)'/, transformer: unquote });
defineParameterType({ name: 'rule', regexp: /"([^"]*)"|'([^']*)'/, transformer: unquote });
defineParameterType({ name: 'file', regexp: /"([^"]*)"|'([^']*)'/, transformer: unquote });
defineParameterType({ name: 'object', regexp: /"([^"]*)"|'([^']*)'/, transformer: unquote });
defineParameterType({ name: 'labels', regexp: /"([^"]*)"|'([^']*)'/, transformer: unquote });

defineParameterType({ name: 'policies', regexp: /"[^"]*"(?:(?:, | and )"[^"]*")*/, transformer: unquoteAll });
defineParameterType({ name: 'rules', regexp: /"[^"]*"(?:(?:, | and )"[^"]*")*/, transformer: unquoteAll });
defineParameterType({ name: 'names', regexp: /"[^"]*"(?:(?:, | and )"[^"]*")*/, transformer: unquoteAll });

defineParameterType({ name: 'kind', regexp: /[A-Z][A-Za-z0-9]*|object/, transformer: asWritten });
defineParameterType({ name: 'verdict', regexp: /pass|fail/, transformer: asWritten });
defineParameterType({
  name: 'outcome',
  regexp: /passes|fails|is skipped|errors|warns|does not match/,
  transformer: asWritten,
});
defineParameterType({ name: 'action', regexp: /Audit|Enforce/, transformer: asWritten });
defineParameterType({ name: 'fieldValidation', regexp: /Strict|Warn|Ignore/, transformer: asWritten });
defineParameterType({ name: 'patchType', regexp: /strategic|merge|JSON|apply/, transformer: asWritten });
defineParameterType({ name: 'command', regexp: /`([^`]*)`/, transformer: asWritten });
defineParameterType({ name: 'pattern', regexp: /\/(.+)\//, transformer: asWritten });
