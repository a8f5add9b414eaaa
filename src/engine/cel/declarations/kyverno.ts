/**
 * What Kyverno has beside the libraries of Kubernetes. Upstream: `github.com/kyverno/sdk/extensions/cel/libs`, and
 * `ext/math.go`, `ext/encoders.go`, `ext/regex.go` of cel-go.
 */
export const KYVERNO_DECLARATIONS = `
base64.decode: base64_decode_string(string) bytes
base64.encode: base64_encode_bytes(bytes) string
containsDigest: image_contains_digest kyverno.image.() bool
digest: image_digest kyverno.image.() string
gzip.compress: compress_any_bytes(dyn) bytes
gzip.decompress: decompress_bytes_string(bytes) string
hash.md5: md5_string_prefixed(string) string
hash.sha1: sha1_string_prefixed(string) string
hash.sha256: sha256_string_prefixed(string) string
identifier: image_identifier kyverno.image.() string
image: string_to_image_deprecated(string) kyverno.image
isImage: is_image_string(string) bool
json.encode: json_encode_dyn(dyn) string
listObjToMap: list_of_object_to_map_non_prefixed(list(dyn), list(dyn), string, string) map(dyn, dyn)
marshal: marshal_dyn_string json.Json.(dyn) string
math.@max: math_@max_double(double) double | math_@max_int(int) int | math_@max_uint(uint) uint | math_@max_double_double(double, double) double | math_@max_int_int(int, int) int | math_@max_uint_uint(uint, uint) uint | math_@max_int_uint(int, uint) dyn | math_@max_int_double(int, double) dyn | math_@max_double_int(double, int) dyn | math_@max_double_uint(double, uint) dyn | math_@max_uint_int(uint, int) dyn | math_@max_uint_double(uint, double) dyn | math_@max_list_double(list(double)) double | math_@max_list_int(list(int)) int | math_@max_list_uint(list(uint)) uint
math.@min: math_@min_double(double) double | math_@min_int(int) int | math_@min_uint(uint) uint | math_@min_double_double(double, double) double | math_@min_int_int(int, int) int | math_@min_uint_uint(uint, uint) uint | math_@min_int_uint(int, uint) dyn | math_@min_int_double(int, double) dyn | math_@min_double_int(double, int) dyn | math_@min_double_uint(double, uint) dyn | math_@min_uint_int(uint, int) dyn | math_@min_uint_double(uint, double) dyn | math_@min_list_double(list(double)) double | math_@min_list_int(list(int)) int | math_@min_list_uint(list(uint)) uint
math.abs: math_abs_double(double) double | math_abs_int(int) int | math_abs_uint(uint) uint
math.bitAnd: math_bitAnd_int_int(int, int) int | math_bitAnd_uint_uint(uint, uint) uint
math.bitNot: math_bitNot_int_int(int) int | math_bitNot_uint_uint(uint) uint
math.bitOr: math_bitOr_int_int(int, int) int | math_bitOr_uint_uint(uint, uint) uint
math.bitShiftLeft: math_bitShiftLeft_int_int(int, int) int | math_bitShiftLeft_uint_int(uint, int) uint
math.bitShiftRight: math_bitShiftRight_int_int(int, int) int | math_bitShiftRight_uint_int(uint, int) uint
math.bitXor: math_bitXor_int_int(int, int) int | math_bitXor_uint_uint(uint, uint) uint
math.ceil: math_ceil_double(double) double
math.floor: math_floor_double(double) double
math.isFinite: math_isFinite_double(double) bool
math.isInf: math_isInf_double(double) bool
math.isNaN: math_isNaN_double(double) bool
math.round: math_round_double(double) double | math_round_float_int(double, int) double
math.sign: math_sign_double(double) double | math_sign_int(int) int | math_sign_uint(uint) uint
math.sqrt: math_sqrt_double(double) double | math_sqrt_int(int) double | math_sqrt_uint(uint) double
math.trunc: math_trunc_double(double) double
md5: md5_string_non_prefixed(string) string
parse: parse_string_dyn yaml.Yaml.(string) dyn
parseImageReference: string_to_image(string) kyverno.image
parseServiceAccount: parse_service_account_string_non_prefixed(string) user.ServiceAccount
random: random_string_non_prefixed(string) string | random_string_default_expr_non_prefixed() string
random.random: random_string_prefixed(string) string | random_string_default_expr_prefixed() string
regex.extract: regex_extract_string_string(string, string) optional_type(string)
regex.extractAll: regex_extractAll_string_string(string, string) list(string)
regex.replace: regex_replace_string_string_string(string, string, string) string | regex_replace_string_string_string_int(string, string, string, int) string
registry: image_registry kyverno.image.() string
repository: image_repository kyverno.image.() string
sha1: sha1_string_non_prefixed(string) string
sha256: sha256_string_non_prefixed(string) string
tag: image_tag kyverno.image.() string
time.now: time_now() timestamp
time.toCron: time_to_cron(timestamp) string
time.truncate: time_truncate(timestamp, duration) timestamp
transform.listObjToMap: list_of_object_to_map_prefixed(list(dyn), list(dyn), string, string) map(dyn, dyn)
unmarshal: unmarshal_string_dyn json.Json.(dyn) dyn
user.parseServiceAccount: parse_service_account_string_prefixed(string) user.ServiceAccount
x509.decode: x509_decode_string(string) dyn
`;
