import type { QueryCase } from './query-case.ts';

/** Queries on data, over the data of query-case.ts, with the answers of Kyverno v1.19.0. */
export const dataCases: readonly QueryCase[] = [
  ['parse_json(\'{"a":[1,"x",null]}\')', { gives: { a: [1, 'x', null] } }],
  ['parse_json(\'{"a":1,"a":2}\')', { gives: { a: 2 } }],
  ["parse_json('x')", { error: "invalid character 'x' looking for beginning of value" }],
  ["parse_json('')", { error: 'unexpected end of JSON input' }],
  ["parse_json('1 2')", { error: "invalid character '2' after top-level value" }],
  ["parse_json('[1 2]')", { error: "invalid character '2' after array element" }],
  ['parse_json(\'{"a":}\')', { error: "invalid character '}' looking for beginning of value" }],
  ['parse_json(\'{"a"\')', { error: 'unexpected end of JSON input' }],
  ["parse_json('tru')", { error: "invalid character ' ' in literal true (expecting 'e')" }],
  ['parse_json(\'"a\n"\')', { error: "invalid character '\\n' in string literal" }],
  ["parse_json('1e400')", { error: 'json: cannot unmarshal number 1e400 into Go value of type float64' }],
  ['parse_json(\'"\\ud800"\')', { gives: '�' }],
  ["parse_yaml('a: 1\nb: [x, y]\n')", { gives: { a: 1, b: ['x', true] } }],
  ["parse_yaml('yes: 2')", { gives: { true: 2 } }],
  [
    "parse_yaml('[yes, No, ON, off, y, N, true, FALSE]')",
    { gives: [true, false, true, false, true, false, true, false] },
  ],
  ["parse_yaml('[017, 0o17, 0x1F, 1_000, 0b11, 1e3, .5, 08]')", { gives: [15, 15, 31, 1000, 3, 1000, 0.5, 8] }],
  ["parse_yaml('[2001-01-01, 12:30:45, 1e400]')", { gives: ['2001-01-01', '12:30:45', '1e400'] }],
  ['parse_yaml(\'[~, null, Null, NULL, ""]\')', { gives: [null, null, null, null, ''] }],
  ["parse_yaml('')", { gives: null }],
  ["parse_yaml('~')", { gives: null }],
  ["parse_yaml('a: 1\n---\nb: 2')", { gives: { a: 1 } }],
  ["parse_yaml('a: 1\na: 2')", { gives: { a: 2 } }],
  ["parse_yaml('a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}')", { gives: { a: { b: 1 }, c: { b: 1 }, d: { b: 1, e: 2 } } }],
  ["parse_yaml('a: |\n  x\n  y\n')", { gives: { a: 'x\ny\n' } }],
  ["parse_yaml('a: >\n  x\n  y')", { gives: { a: 'x y' } }],
  ["parse_yaml('!!binary aGk=')", { gives: 'hi' }],
  ["parse_yaml('.inf')", { error: 'json: unsupported value: +Inf' }],
  ["parse_yaml('a: b: c')", { error: 'yaml: mapping values are not allowed in this context' }],
  ["parse_yaml('a: 1\n  b: 2')", { error: 'yaml: line 2: mapping values are not allowed in this context' }],
  ["parse_yaml('a: [1')", { error: "yaml: line 1: did not find expected ',' or ']'" }],
  ["parse_yaml('- a\nb: c')", { error: "yaml: line 1: did not find expected '-' indicator" }],
  ["parse_yaml('*x')", { error: "yaml: unknown anchor 'x' referenced" }],
  ["parse_yaml('a: *:x')", { error: 'yaml: did not find expected alphabetic or numeric character' }],
  ["parse_yaml(' a: 1\nb: 2')", { gives: { a: 1 } }],
  ["parse_yaml('? [a]\n: b')", { error: 'yaml: invalid map key: []interface {}{"a"}' }],
  ["parse_yaml('null: x')", { error: 'unsupported map key of type: %!s(<nil>), key: <nil>, value: "x"' }],
  ["parse_yaml('a: !!int x')", { error: 'yaml: cannot decode !!str `x` as a !!int' }],
  ["parse_yaml('\ta: 1')", { error: 'yaml: found character that cannot start any token' }],
  ["parse_yaml('@x')", { error: 'yaml: found character that cannot start any token' }],
  ["parse_yaml(',')", { error: 'yaml: did not find expected node content' }],
  ["parse_yaml('a: }')", { error: 'yaml: did not find expected node content' }],
  ['parse_yaml(\'"a": "b"}\')', { error: 'yaml: did not find expected key' }],
  ["parse_yaml('- a\n}')", { error: "yaml: line 1: did not find expected '-' indicator" }],
  ["lookup(a, 'n')", { gives: 1 }],
  ["lookup(a, 'missing')", { gives: null }],
  ['lookup(list, `1`)', { gives: 1 }],
  ['lookup(list, `-1`)', { gives: null }],
  ['lookup(list, `9`)', { gives: null }],
  [
    'lookup(list, `1.5`)',
    { error: "JMESPath function 'lookup': argument #2: expected an integer number but got: 1.5" },
  ],
  [
    'lookup(list, `1e300`)',
    { error: "JMESPath function 'lookup': argument #2: number is outside the range of integer numbers: 1e+300" },
  ],
  ["lookup(list, '1')", { error: "JMESPath function 'lookup': argument #2 is not of type Number" }],
  ['lookup(a, `1`)', { error: "JMESPath function 'lookup': argument #2 is not of type String" }],
  ["lookup(text, 'x')", { error: 'Invalid type for: Hello, expected: []jmespath.JpType{"object", "array"}' }],
  [
    "lookup(items(a,'k','v'), `0`)",
    { error: "JMESPath function 'lookup': argument #1 is not of type Object or Array" },
  ],
  ['items(`{"key1":"value1"}`,\'key\',\'value\')', { gives: [{ key: 'key1', value: 'value1' }] }],
  [
    "items(a,'k','v')",
    {
      gives: [
        { k: 'b', v: null },
        { k: 'n', v: 1 },
      ],
    },
  ],
  ["items(a,'k','k')", { gives: [{ k: null }, { k: 1 }] }],
  [
    "items(list,'i','v')",
    {
      gives: [
        { i: 0, v: 3 },
        { i: 1, v: 1 },
        { i: 2, v: 2 },
      ],
    },
  ],
  ["items(list,'i','v')[*].v", { gives: [3, 1, 2] }],
  ["items(list,'i','v') | [?i > `0`].v", { gives: [1, 2] }],
  ["items(list,'i','v') == items(list,'i','v')", { gives: true }],
  ["items(list,'i','v') == items(list,'i','v')[]", { gives: false }],
  ["to_string(items(list,'i','v')[:1])", { gives: '[{"i":0,"v":3}]' }],
  ["length(items(list,'i','v'))", { gives: 3 }],
  ["type(items(list,'i','v'))", { error: 'unknown type' }],
  ["to_array(items(`[1]`,'i','v'))", { gives: [[{ i: 0, v: 1 }]] }],
  [
    "join(',', items(list,'i','v'))",
    {
      error: 'Invalid type for: [map[i:0 v:3] map[i:1 v:1] map[i:2 v:2]], expected: []jmespath.JpType{"array[string]"}',
    },
  ],
  [
    "max(items(list,'i','v'))",
    {
      error:
        'Invalid type for: [map[i:0 v:3] map[i:1 v:1] map[i:2 v:2]], expected: []jmespath.JpType{"array[number]", "array[string]"}',
    },
  ],
  [
    "reverse(items(list,'i','v'))",
    { error: 'interface conversion: interface {} is []map[string]interface {}, not []interface {}' },
  ],
  [
    "contains(items(list,'i','v'), 'x')",
    { error: 'interface conversion: interface {} is []map[string]interface {}, not []interface {}' },
  ],
  [
    "sort_by(items(list,'i','v'), &i)",
    { error: 'interface conversion: interface {} is []map[string]interface {}, not []interface {}' },
  ],
  [
    "items(items(list,'i','v'),'i','v')",
    { error: "JMESPath function 'items': argument #1 is not of type Object or Array" },
  ],
  [
    "object_from_lists(items(list,'i','v'), list)",
    { error: "JMESPath function 'object_from_lists': argument #1 is not of type Array" },
  ],
  ["items(list, `1`, 'v')", { error: 'Invalid type for: 1, expected: []jmespath.JpType{"string"}' }],
  ['object_from_lists(`["a","b","c"]`, `[1,2]`)', { gives: { a: 1, b: 2, c: null } }],
  ['object_from_lists(`["a","a"]`, `[1,2,3]`)', { gives: { a: 2 } }],
  ['object_from_lists(`[1,0.1,true]`, `["x","y","z"]`)', { gives: { '1': 'x', '0.1': 'y', true: 'z' } }],
  [
    'object_from_lists(`[null]`, `[1]`)',
    { error: "JMESPath function 'object_from_lists': argument #1 is not of type StringArray" },
  ],
  ["semver_compare('4.1.3','>=4.1.x')", { gives: true }],
  ["semver_compare('4.1.3','!4.x.x')", { gives: false }],
  ["semver_compare('1.8.6','>1.0.0 <2.0.0')", { gives: true }],
  ["semver_compare('2.1.5','<2.0.0 || >=3.0.0')", { gives: false }],
  ["semver_compare('v1.2.3','<1.0.0')", { gives: true }],
  [
    "semver_compare('1.2.3','~1.2.0')",
    { error: 'Could not parse Range "~1.2.0": Could not parse comparator "~" in "~1.2.0"' },
  ],
  [
    "semver_compare('1.2.3','1.2')",
    {
      error: 'Could not parse Range "1.2": Could not parse version "1.2" in "1.2": No Major.Minor.Patch elements found',
    },
  ],
  ["semver_compare('1.2.3','*')", { error: "Last element in range is '||'" }],
  ["image_normalize('nginx')", { gives: 'docker.io/nginx:latest' }],
  ["image_normalize('docker.io/library/nginx')", { gives: 'docker.io/library/nginx:latest' }],
  ["image_normalize('ghcr.io/a/b:1.0')", { gives: 'ghcr.io/a/b:1.0' }],
  ["image_normalize('localhost/x')", { gives: 'localhost/x:latest' }],
  ["image_normalize('localhost:5000/x:y')", { gives: 'localhost:5000/x:y' }],
  ["image_normalize('a_b/c')", { gives: 'docker.io/a_b/c:latest' }],
  [
    "image_normalize('a/b@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')",
    { gives: 'docker.io/a/b@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' },
  ],
  [
    "image_normalize('a/b:1@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')",
    { gives: 'docker.io/a/b@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' },
  ],
  [
    "image_normalize('')",
    {
      error:
        "JMESPath function 'image_normalize': bad image: docker.io/, defaultRegistry: docker.io, enableDefaultRegistryMutation: true: invalid reference format",
    },
  ],
  [
    "image_normalize('A')",
    {
      error:
        "JMESPath function 'image_normalize': bad image: docker.io/A, defaultRegistry: docker.io, enableDefaultRegistryMutation: true: repository name must be lowercase",
    },
  ],
  ["image_normalize('Foo/bar')", { gives: 'Foo/bar:latest' }],
  [
    "image_normalize('a b')",
    {
      error:
        "JMESPath function 'image_normalize': bad image: docker.io/a b, defaultRegistry: docker.io, enableDefaultRegistryMutation: true: invalid reference format",
    },
  ],
  [
    "image_normalize('x@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')",
    {
      error:
        "JMESPath function 'image_normalize': bad image: docker.io/x@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, defaultRegistry: docker.io, enableDefaultRegistryMutation: true: invalid checksum digest length",
    },
  ],
  [
    "image_normalize('x@md5:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')",
    {
      error:
        "JMESPath function 'image_normalize': bad image: docker.io/x@md5:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, defaultRegistry: docker.io, enableDefaultRegistryMutation: true: unsupported digest algorithm",
    },
  ],
  ["is_external_url('http://[::1]')", { gives: false }],
  ["is_external_url('http://8.8.8.8')", { gives: true }],
  ["is_external_url('https://8.8.8.8:443/x?y#z')", { gives: true }],
  ["is_external_url('http://www.google.com@192.168.1.3')", { gives: false }],
  ["is_external_url('http://10.1.2.3')", { gives: false }],
  ["is_external_url('http://172.31.0.1')", { gives: false }],
  ["is_external_url('http://172.32.0.1')", { gives: true }],
  ["is_external_url('http://[fc00::1]:80')", { gives: false }],
  ["is_external_url('http://[::ffff:10.0.0.1]')", { gives: false }],
  ["is_external_url('http://[fe80::1%25eth0]')", { gives: true }],
  ["is_external_url('http://0.0.0.0')", { gives: true }],
  ["is_external_url('8.8.8.8')", { error: 'lookup : no such host' }],
  ["is_external_url('')", { error: 'lookup : no such host' }],
  ["is_external_url('http://a b')", { error: 'parse "http://a b": invalid character " " in host name' }],
  ["is_external_url('http://8.8.8.8:x')", { error: 'parse "http://8.8.8.8:x": invalid port ":x" after host' }],
  ["is_external_url('http://[::1')", { error: 'parse "http://[::1": missing \']\' in host' }],
  ["is_external_url('http://8.8.8.8/%zz')", { error: 'parse "http://8.8.8.8/%zz": invalid URL escape "%zz"' }],
  ["is_external_url(':x')", { error: 'parse ":x": missing protocol scheme' }],
  ["is_external_url('a:b:c')", { error: 'lookup : no such host' }],
  ["x509_decode('x')", { error: 'failed to decode PEM block' }],
  [
    "x509_decode('-----BEGIN X-----\naGk=\n-----END X-----')",
    { error: 'PEM block neither contains a CERTIFICATE or CERTIFICATE REQUEST' },
  ],
  ["random('')", { error: 'no pattern provided' }],
  ["random('a{1001}')", { error: 'error parsing regexp: invalid repeat count: `{1001}`' }],
  ["random('\\d')", { error: 'error parsing regexp: invalid escape sequence: `\\d`' }],
  ["random('(?i)a')", { error: 'error parsing regexp: missing argument to repetition operator: `?`' }],
  ["random('abc')", { gives: 'abc' }],
  ["random('a{3}')", { gives: 'aaa' }],
  ["random('[b-b]{2}(c|c)')", { gives: 'bbc' }],
  ["random('^x$')", { gives: 'x' }],
];
