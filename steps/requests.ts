import { type DataTable, When } from '@cucumber/cucumber';
import {
  addEphemeralContainer,
  changeFields,
  createFromFile,
  createInline,
  deleteObject,
  evictPod,
  execInPod,
  type PatchWord,
  patchObject,
  replaceFromFile,
  replaceInline,
  runKubectl,
  scaleObject,
} from '../src/harness/requests.ts';
import type { StepWorld } from '../src/harness/world.ts';

When('this {kind} is created:', async function (this: StepWorld, kind: string, text: string) {
  await createInline(this.scenario, kind, text);
});

When('the {kind} from {file} is created', async function (this: StepWorld, kind: string, file: string) {
  await createFromFile(this.scenario, kind, file);
});

When(
  'the {kind} from {file} is created in namespace {string}',
  async function (this: StepWorld, kind: string, file: string, namespace: string) {
    await createFromFile(this.scenario, kind, file, { namespace });
  },
);

When(
  'the {kind} from {file} is created with:',
  async function (this: StepWorld, kind: string, file: string, table: DataTable) {
    await createFromFile(this.scenario, kind, file, { fields: table.raw() });
  },
);

When('I run {command}', async function (this: StepWorld, line: string) {
  await runKubectl(this.scenario, line);
});

When('I run:', async function (this: StepWorld, line: string) {
  await runKubectl(this.scenario, line);
});

When('{kind} {object} is replaced by:', async function (this: StepWorld, kind: string, name: string, text: string) {
  await replaceInline(this.scenario, kind, name, text);
});

When(
  '{kind} {object} is replaced by the one from {file}',
  async function (this: StepWorld, kind: string, name: string, file: string) {
    await replaceFromFile(this.scenario, kind, name, file);
  },
);

When(
  '{kind} {object} is changed with:',
  async function (this: StepWorld, kind: string, name: string, table: DataTable) {
    await changeFields(this.scenario, kind, name, table.raw());
  },
);

When('{kind} {object} is patched with:', async function (this: StepWorld, kind: string, name: string, text: string) {
  await patchObject(this.scenario, kind, name, 'strategic', text);
});

When(
  '{kind} {object} is patched with this {patchType} patch:',
  async function (this: StepWorld, kind: string, name: string, type: PatchWord, text: string) {
    await patchObject(this.scenario, kind, name, type, text);
  },
);

When('{kind} {object} is deleted', async function (this: StepWorld, kind: string, name: string) {
  await deleteObject(this.scenario, kind, name);
});

When('{kind} {object} is scaled to {int}', async function (this: StepWorld, kind: string, name: string, to: number) {
  await scaleObject(this.scenario, kind, name, to);
});

When('{string} is executed in Pod {object}', async function (this: StepWorld, command: string, name: string) {
  await execInPod(this.scenario, name, command);
});

When(
  '{string} is executed in container {string} of Pod {object}',
  async function (this: StepWorld, command: string, container: string, name: string) {
    await execInPod(this.scenario, name, command, container);
  },
);

When('Pod {object} is evicted', async function (this: StepWorld, name: string) {
  await evictPod(this.scenario, name);
});

When(
  'this ephemeral container is added to Pod {object}:',
  async function (this: StepWorld, name: string, text: string) {
    await addEphemeralContainer(this.scenario, name, text);
  },
);
