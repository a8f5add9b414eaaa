import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kyverdict, writeFiles } from '../../testing/run-command.ts';

const FOLDER = writeFiles({
  'pod.yaml': `apiVersion: v1
kind: Pod
metadata: { name: web, namespace: team-a }
spec: { containers: [{ name: a, image: "nginx:1" }, { name: b }] }
`,
  'old.json': '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "old"}}',
  'review.yaml': `apiVersion: admission.k8s.io/v1
kind: AdmissionReview
request:
  uid: "1"
  kind: { group: apps, version: v1, kind: Deployment }
  resource: { group: apps, version: v1, resource: deployments }
  operation: UPDATE
  userInfo: { username: alice, groups: [dev] }
  object: { spec: { replicas: 2 } }
  oldObject: { spec: { replicas: 1 } }
`,
  'line.json': '{"operation": "DELETE", "oldObject": {"kind": "Pod"}, "userInfo": {"username": "bob"}}',
  'params.yaml': 'apiVersion: v1\nkind: ConfigMap\ndata: { most: "3" }\n',
  'cluster.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: team-a, labels: { tier: gold } }\n',
  'query.cel': 'object.metadata.name\n',
  'lines.cel': 'true &&\n  object.spec.missing.x',
});

type Expected = readonly [code: number, stdout: string, stderr?: string];

const POD = ['query', '-i', 'pod.yaml'];

const CASES: readonly (readonly [args: readonly string[], expected: Expected, input?: string])[] = [
  [
    [...POD, 'object.metadata.name', 'size(object.spec.containers)'],
    [0, '# object.metadata.name\n"web"\n# size(object.spec.containers)\n2\n'],
  ],
  [
    [...POD, '-u', 'object.metadata.name'],
    [0, '# object.metadata.name\nweb\n'],
  ],
  [
    [...POD, '-q', 'query.cel'],
    [0, '# object.metadata.name\n\n"web"\n'],
  ],
  [
    [...POD, 'object.metadata', '--cost'],
    [0, '# object.metadata\n{\n  "name": "web",\n  "namespace": "team-a"\n}\n# cost 2\n'],
  ],
  [
    [...POD, '-c', 'object.metadata'],
    [0, '# object.metadata\n{"name":"web","namespace":"team-a"}\n'],
  ],
  [
    [...POD, 'request.operation + " " + request.resource.resource + " " + request.userInfo.username'],
    [
      0,
      '# request.operation + " " + request.resource.resource + " " + request.userInfo.username\n"CREATE pods admin"\n',
    ],
  ],
  [
    [...POD, '--user', 'eve', '--group', 'dev', '-c', 'request.userInfo'],
    [0, '# request.userInfo\n{"groups":["dev","system:authenticated"],"username":"eve"}\n'],
  ],
  [
    [...POD, '--old-object', 'old.json', '-u', 'request.operation', 'oldObject.metadata.name'],
    [0, '# request.operation\nUPDATE\n# oldObject.metadata.name\nold\n'],
  ],
  [
    [...POD, '--cluster', 'cluster.yaml', '-u', 'namespaceObject.metadata.labels.tier'],
    [0, '# namespaceObject.metadata.labels.tier\ngold\n'],
  ],
  [
    [...POD, '-e', 'kubernetes', '--params', 'params.yaml', 'int(params.data.most) > size(object.spec.containers)'],
    [0, '# int(params.data.most) > size(object.spec.containers)\ntrue\n'],
  ],
  [
    [...POD, '-v', 'a=object.metadata.name', '-v', 'b=variables.a + "!"', '-u', 'variables.b'],
    [0, '# variables.b\nweb!\n'],
  ],
  [
    ['query', '-i', 'review.yaml', '-u', 'request.userInfo.username', 'object.spec.replicas - oldObject.spec.replicas'],
    [0, '# request.userInfo.username\nalice\n# object.spec.replicas - oldObject.spec.replicas\n1\n'],
  ],
  [
    ['query', '-i', 'line.json', '-e', 'kubernetes', 'object == null', 'request.userInfo.username'],
    [0, '# object == null\ntrue\n# request.userInfo.username\n"bob"\n'],
  ],
  [
    [
      ...POD,
      'quantity("1Ki").add(quantity("1"))',
      'optional.none()',
      '[duration("90s")]',
      'b"a"',
      'ip("::1")',
      '[type(1.0)]',
    ],
    [
      0,
      '# quantity("1Ki").add(quantity("1"))\nquantity("1025")\n# optional.none()\noptional.none()\n' +
        '# [duration("90s")]\n[\n  "90s"\n]\n# b"a"\n"YQ=="\n# ip("::1")\nip("::1")\n# [type(1.0)]\n[double]\n',
    ],
  ],
  [
    ['query', 'object.a'],
    [0, 'Reading from terminal input.\nEnter input object and hit Ctrl+D.\n# object.a\n1\n'],
    '{"a": 1}',
  ],
  [
    ['query', '-i', 'pod.yaml'],
    [0, 'Reading from terminal input.\nEnter a CEL expression and hit Ctrl+D.\n# object.kind\n"Pod"\n'],
    'object.kind',
  ],
  [
    [...POD, '1', 'object.metadata.labels.app == "x"'],
    [
      1,
      '# 1\n1\n',
      'Error: expression 2:1:17: no such key: labels\n  1 | object.metadata.labels.app == "x"\n    |                 ^\n' +
        '  object.metadata is {"name": "web", "namespace": "team-a"}\n',
    ],
  ],
  [
    [...POD, 'object.spec.containers.map(c, c.image.size())'],
    [
      1,
      '',
      'Error: expression:1:33: no such key: image\n  1 | object.spec.containers.map(c, c.image.size())\n' +
        '    |                                 ^\n  c is {"name": "b"}\n',
    ],
  ],
  [
    [...POD, '-q', 'lines.cel'],
    [
      1,
      '',
      'Error: lines.cel:2:15: no such key: missing\n  2 |   object.spec.missing.x\n    |               ^\n' +
        '  object.spec is {"containers": [{"name": "a", "image": "nginx:1"}, {"name": "b"}]}\n',
    ],
  ],
  [
    [...POD, '-v', 'first=object.spec.containers[7]', 'variables.first.name == "a"'],
    [
      1,
      '',
      'Error: variable first:1:23: index out of bounds: 7\n  1 | object.spec.containers[7]\n    |                       ^\n' +
        '  object.spec.containers is [{"name": "a", "image": "nginx:1"}, {"name": "b"}]\n',
    ],
  ],
  [
    [...POD, 'objct.kind'],
    [
      1,
      '',
      "Error: expression:1:1: undeclared reference to 'objct' (in container '') (did you mean `object`?)\n" +
        '  1 | objct.kind\n    | ^\n',
    ],
  ],
  [
    [...POD, '-v', 'a=1 +', 'true'],
    [
      1,
      '',
      "Error: variable a:1:4: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', " +
        "'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n  1 | 1 +\n    |    ^\n",
    ],
  ],
  [
    ['parse', 'has(object.a) && object.a in [1, 2]'],
    [
      0,
      '# has(object.a) && object.a in [1, 2]\ncall _&&_: bool\n  macro has: bool\n    field a\n      variable object: dyn\n' +
        '  call @in: bool\n    field a: dyn\n      variable object: dyn\n    list: list(int)\n      literal 1: int\n' +
        '      literal 2: int\n\n',
    ],
  ],
  [
    ['parse', '"a".startsWith(1)'],
    [
      1,
      '',
      "Error: expression:1:15: found no matching overload for 'startsWith' applied to 'string.(int)' " +
        '(there is string.startsWith(string) -> bool)\n  1 | "a".startsWith(1)\n    |               ^\n',
    ],
  ],
  [
    ['function', 'exists', 'trim', 'in'],
    [
      0,
      'Name: exists\n  Signature: list(A).exists(x, bool) -> bool\n             map(A, B).exists(k, bool) -> bool\n' +
        '             list(A).exists(i, x, bool) -> bool\n             map(A, B).exists(k, v, bool) -> bool\n' +
        '  Note:      macro\n\nName: in\n  Signature: A in list(A) -> bool\n             A in map(A, B) -> bool\n\n' +
        'Name: trim\n  Signature: string.trim() -> string\n\n',
    ],
  ],
  [
    ['function', 'trimm'],
    [3, '', 'error: there is no function `trimm` (did you mean `trim`?)\n'],
  ],
  [['qery'], [3, '', 'error: `cel` has no subcommand `qery` (did you mean `query`?)\n']],
  [
    ['query', '-i', 'pods.yaml', 'a'],
    [3, '', 'error: there is no file `pods.yaml` (did you mean `pod.yaml`?)\n'],
  ],
  [
    [...POD, '-e', 'kubernets', '1'],
    [3, '', 'error: there is no environment `kubernets` (did you mean `kubernetes`?)\n'],
  ],
  [
    [...POD, '-v', '1', '1'],
    [3, '', "error: `1` is no variable (write NAME=EXPRESSION, e.g. -v 'name=object.metadata.name')\n"],
  ],
  [
    [...POD, '--operation', 'PATCH', '1'],
    [3, '', 'error: there is no operation `PATCH` (write one of CREATE, UPDATE, DELETE, CONNECT)\n'],
  ],
  [
    [...POD, '-e', 'kubernetes', 'authorizer.group("").resource("pods").check("get").allowed()'],
    [5, '', 'error: not supported yet: authorizer checks in CEL (kyverdict cel)\n'],
  ],
];

for (const [args, [code, stdout, stderr = ''], input] of CASES) {
  test(`kyverdict cel ${args.join(' ')} answers as expected`, async () => {
    assert.deepEqual(await kyverdict(['cel', ...args], FOLDER, input), { code, stdout, stderr });
  });
}

test('each environment lists what it has and not what another has', async () => {
  const names = async (env: string) => {
    const { stdout } = await kyverdict(['cel', 'function', '-e', env]);
    const blocks = stdout.trim().split('\n\n');
    assert.deepEqual(
      blocks.filter((block) => !/^Name: \S+\n {2}Signature: \S.*->/.test(block)),
      [],
    );
    return new Set(blocks.map((block) => /^Name: (.*)/.exec(block)?.[1]));
  };
  const [kyverno, kubernetes] = [await names('kyverno'), await names('kubernetes')];
  assert.ok(kubernetes.size > 120, String(kubernetes.size));
  assert.deepEqual(
    [...kubernetes].filter((name) => !kyverno.has(name)),
    [],
  );
  for (const name of ['image', 'math.greatest', 'cel.bind']) {
    assert.ok(kyverno.has(name) && !kubernetes.has(name), name);
  }
});
