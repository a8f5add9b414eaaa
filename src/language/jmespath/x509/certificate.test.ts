import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isObject, type Json } from '../../../model/json.ts';
import { decodeCertificate } from './certificate.ts';

/** Made with openssl for these tests; what they decode to was measured with Kyverno v1.19.0. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIFajCCBFKgAwIBAgIUTc8kKZ8M+Nkq2yqCUMQJ64dgZ7gwDQYJKoZIhvcNAQEL
BQAwgaoxCzAJBgNVBAYTAkRFMRAwDgYDVQQIDAdCYXZhcmlhMQ8wDQYDVQQHDAZN
dW5pY2gxDzANBgNVBAkMBk1haW4gMTEOMAwGA1UEEQwFMTIzNDUxDjAMBgNVBAoM
BU9yZyBBMQ0wCwYDVQQLDARVbml0MRQwEgYDVQQDDAtleGFtcGxlLmNvbTEMMAoG
A1UEBRMDU04xMRQwEgYJKoZIhvcNAQkBFgVhQGIuYzAeFw0yNjExMjMxNDQ5MTha
Fw0yNjEyMjMxNDQ5MThaMIGqMQswCQYDVQQGEwJERTEQMA4GA1UECAwHQmF2YXJp
YTEPMA0GA1UEBwwGTXVuaWNoMQ8wDQYDVQQJDAZNYWluIDExDjAMBgNVBBEMBTEy
MzQ1MQ4wDAYDVQQKDAVPcmcgQTENMAsGA1UECwwEVW5pdDEUMBIGA1UEAwwLZXhh
bXBsZS5jb20xDDAKBgNVBAUTA1NOMTEUMBIGCSqGSIb3DQEJARYFYUBiLmMwggEi
MA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQDB3xKfR6wLJhvyxFaIfBTjGTpq
PSmPBIiOSwaB9YN68PEdAUKc5S+mgNhHV/lGhlho3yhW+tudsABvTpwaZJud+4FM
0OfvopDOp6nFMID/JUsJgUem4PzbSQuJoMjLWSjvn8TWPDLjJJ0Q850HvWKNkEEP
d/4m0Y9vK+kIzrmI7L3I48UQhy+Hy9TIDM+pU5WJg5Zsoj/IgrGwhUWm2T2oiQ55
S1fio7D0paMAX3GdqNzIL6ev9PfMXLxaQsvr3LmW3guUqb6cbGvWry2G68Pxo9GE
fG/4q1Ep5zQejuf1DTinhs6ArB3rZbZi91Ri9OIz73g/ESAJRIQR/25Xbw/7AgMB
AAGjggGEMIIBgDASBgNVHRMBAf8ECDAGAQH/AgECMA4GA1UdDwEB/wQEAwIBhjAi
BgNVHSUEGzAZBggrBgEFBQcDAQYIKwYBBQUHAwIGAyoDBDBNBgNVHREERjBEgg1h
LmV4YW1wbGUuY29tggUqLmIuY4cECgAAAYcQAAAAAAAAAAAAAAAAAAAAAYEFeEB5
LnqGDWh0dHBzOi8vdS52L3cwHQYDVR0OBBYEFLel+CU/l733bVW501ByjRT5SdBn
MCMGA1UdHwQcMBowGKAWoBSGEmh0dHA6Ly9jcmwueC95LmNybDBKBggrBgEFBQcB
AQQ+MDwwGgYIKwYBBQUHMAGGDmh0dHA6Ly9vY3NwLngvMB4GCCsGAQUFBzAChhJo
dHRwOi8vY2EueC9jYS5jcnQwGwYDVR0gBBQwEjAGBgQqAwQFMAgGBmeBDAECATA6
BgNVHR4BAf8EMDAuoBYwCYIHLm9rLmNvbTAJgQdmb29AeC55oRQwCocICgAAAP8A
AAAwBoYELnoueTANBgkqhkiG9w0BAQsFAAOCAQEAd4GOcBWVgNWbuhJVX1BV9a+b
tqFeVUf+F+ggNyr1X6Wn4y+aDMLV+JS9catnfPt1bCruZCmnRidZo7dl/NcGqZme
4GjIyLOCJJ39YIGpoiWFXmiv2wOMsovVTcanUAbRqMWmzmZ9HdHy+VbbMYWKXcqw
O9mMCYJrUOQfy4/rMdIPPvmPZal8KE6woygfVLfZ1dFnfjxdzApo2FDWzAXf+znC
ujm4tqFm7DzXWxrSqrzUHFbPPWaoyxTPXs4q/6Vodct0tNdllnuGDEvue5gBLl++
V2RD5fAT5vhkTgikKSYQRk7ywG5S1lOmsWj6HvIyeGrRIx62uKByuuzHNlcjbg==
-----END CERTIFICATE-----`;

const REQUEST = `-----BEGIN CERTIFICATE REQUEST-----
MIIEiTCCA3ECAQAwgaoxCzAJBgNVBAYTAkRFMRAwDgYDVQQIDAdCYXZhcmlhMQ8w
DQYDVQQHDAZNdW5pY2gxDzANBgNVBAkMBk1haW4gMTEOMAwGA1UEEQwFMTIzNDUx
DjAMBgNVBAoMBU9yZyBBMQ0wCwYDVQQLDARVbml0MRQwEgYDVQQDDAtleGFtcGxl
LmNvbTEMMAoGA1UEBRMDU04xMRQwEgYJKoZIhvcNAQkBFgVhQGIuYzCCASIwDQYJ
KoZIhvcNAQEBBQADggEPADCCAQoCggEBAMHfEp9HrAsmG/LEVoh8FOMZOmo9KY8E
iI5LBoH1g3rw8R0BQpzlL6aA2EdX+UaGWGjfKFb6252wAG9OnBpkm537gUzQ5++i
kM6nqcUwgP8lSwmBR6bg/NtJC4mgyMtZKO+fxNY8MuMknRDznQe9Yo2QQQ93/ibR
j28r6QjOuYjsvcjjxRCHL4fL1MgMz6lTlYmDlmyiP8iCsbCFRabZPaiJDnlLV+Kj
sPSlowBfcZ2o3Mgvp6/098xcvFpCy+vcuZbeC5Spvpxsa9avLYbrw/Gj0YR8b/ir
USnnNB6O5/UNOKeGzoCsHetltmL3VGL04jPveD8RIAlEhBH/bldvD/sCAwEAAaCC
AZcwggGTBgkqhkiG9w0BCQ4xggGEMIIBgDASBgNVHRMBAf8ECDAGAQH/AgECMA4G
A1UdDwEB/wQEAwIBhjAiBgNVHSUEGzAZBggrBgEFBQcDAQYIKwYBBQUHAwIGAyoD
BDBNBgNVHREERjBEgg1hLmV4YW1wbGUuY29tggUqLmIuY4cECgAAAYcQAAAAAAAA
AAAAAAAAAAAAAYEFeEB5LnqGDWh0dHBzOi8vdS52L3cwHQYDVR0OBBYEFLel+CU/
l733bVW501ByjRT5SdBnMCMGA1UdHwQcMBowGKAWoBSGEmh0dHA6Ly9jcmwueC95
LmNybDBKBggrBgEFBQcBAQQ+MDwwGgYIKwYBBQUHMAGGDmh0dHA6Ly9vY3NwLngv
MB4GCCsGAQUFBzAChhJodHRwOi8vY2EueC9jYS5jcnQwGwYDVR0gBBQwEjAGBgQq
AwQFMAgGBmeBDAECATA6BgNVHR4BAf8EMDAuoBYwCYIHLm9rLmNvbTAJgQdmb29A
eC55oRQwCocICgAAAP8AAAAwBoYELnoueTANBgkqhkiG9w0BAQsFAAOCAQEAtbNC
PSM1QfoeVY9KbCfwO02lDxBHm2PnNa+GMZRLtB4lxs6kmEmhLGM0X5TzhImLgfkm
ykCzNCrXCESs9pmUuX2dA/ckz0A4u+pTZGIWkOeZRG678+Nr3omr3cE7tnPcYjv6
nwj1iFX5A1TxFjWwS7FrpLUAE7hMw1xg95ojjMF9W+LQxaDRekw+SNA2Ddl/A2Z3
wPmpNdhmuxHcfQR6NMHQc99IWccaHeZLcObr1srsbVCbhQzykFYckai1zasmAk+z
bWJ28lQH+MFuKJcA9W0JqNY3vYSvrIdZwE7NYyB0acggvJ0hTf21j3v1is1+PEZG
Nb8YH9NrTi9pg1lX4w==
-----END CERTIFICATE REQUEST-----`;

const ELLIPTIC = `-----BEGIN CERTIFICATE-----
MIIBbjCCARWgAwIBAgIUOApUbShwCodJ/0RX0demLaQcU14wCgYIKoZIzj0EAwIw
DTELMAkGA1UEAwwCZWMwHhcNMjYxMTIzMTQ0OTE4WhcNMjYxMTI2MTQ0OTE4WjAN
MQswCQYDVQQDDAJlYzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABFa49bWZHx3R
kRRiOWS1ErBtdXDzpYyxBlOtbGt5oMbWyW2sQdJAE6O6w3kgH5nk+Foq2o0iOaZ2
JW3/K81fW/KjUzBRMB0GA1UdDgQWBBS0ugOnvqkxAevx8w1IF8a7qJFBVzAfBgNV
HSMEGDAWgBS0ugOnvqkxAevx8w1IF8a7qJFBVzAPBgNVHRMBAf8EBTADAQH/MAoG
CCqGSM49BAMCA0cAMEQCIHHtk3ZDr6aiijYNpKVlOl4R9243jCljF3rQXazeaDlZ
AiAWWKimjOHEtKTuj6d7tbTb+i51uMIWNEs9gLSW3ki33w==
-----END CERTIFICATE-----`;

test('a certificate decodes to the fields of Go', () => {
  const {
    Raw,
    RawTBSCertificate,
    RawSubject,
    RawIssuer,
    RawSubjectPublicKeyInfo,
    Signature,
    Extensions,
    Issuer,
    PublicKey,
    ...rest
  } = decodeCertificate(`text before\n${CERTIFICATE}\ntext behind`);
  assert.equal(Raw, CERTIFICATE.split('\n').slice(1, -1).join(''));
  assert.ok(
    [RawTBSCertificate, RawSubject, RawIssuer, RawSubjectPublicKeyInfo, Signature].every(
      (part) => typeof part === 'string',
    ),
  );
  assert.equal(RawIssuer, RawSubject);
  assert.deepEqual(Issuer, rest['Subject']);
  assert.deepEqual(at(Extensions, 1), { Id: [2, 5, 29, 15], Critical: true, Value: 'AwIBhg==' });
  assert.equal(at(PublicKey, 'E'), 65537);
  assert.match(String(at(PublicKey, 'N')), /^24473994127786347052\d{597}$/);
  assert.deepEqual(rest, {
    AuthorityKeyId: null,
    BasicConstraintsValid: true,
    CRLDistributionPoints: ['http://crl.x/y.crl'],
    DNSNames: ['a.example.com', '*.b.c'],
    EmailAddresses: ['x@y.z'],
    ExcludedDNSDomains: null,
    ExcludedEmailAddresses: null,
    ExcludedIPRanges: [{ IP: '10.0.0.0', Mask: '/wAAAA==' }],
    ExcludedURIDomains: ['.z.y'],
    ExtKeyUsage: [1, 2],
    ExtraExtensions: null,
    IPAddresses: ['10.0.0.1', '::1'],
    InhibitAnyPolicy: 0,
    InhibitAnyPolicyZero: false,
    InhibitPolicyMapping: 0,
    InhibitPolicyMappingZero: false,
    IsCA: true,
    IssuingCertificateURL: ['http://ca.x/ca.crt'],
    KeyUsage: 97,
    MaxPathLen: 2,
    MaxPathLenZero: false,
    NotAfter: '2026-12-23T14:49:18Z',
    NotBefore: '2026-11-23T14:49:18Z',
    OCSPServer: ['http://ocsp.x/'],
    PermittedDNSDomains: ['.ok.com'],
    PermittedDNSDomainsCritical: true,
    PermittedEmailAddresses: ['foo@x.y'],
    PermittedIPRanges: null,
    PermittedURIDomains: null,
    Policies: ['1.2.3.4.5', '2.23.140.1.2.1'],
    PolicyIdentifiers: [
      [1, 2, 3, 4, 5],
      [2, 23, 140, 1, 2, 1],
    ],
    PolicyMappings: null,
    PublicKeyAlgorithm: 1,
    RequireExplicitPolicy: 0,
    RequireExplicitPolicyZero: false,
    SerialNumber: 4.4421169381481666e47,
    SignatureAlgorithm: 4,
    Subject: {
      CommonName: 'example.com',
      Country: ['DE'],
      ExtraNames: null,
      Locality: ['Munich'],
      Names: [
        { Type: [2, 5, 4, 6], Value: 'DE' },
        { Type: [2, 5, 4, 8], Value: 'Bavaria' },
        { Type: [2, 5, 4, 7], Value: 'Munich' },
        { Type: [2, 5, 4, 9], Value: 'Main 1' },
        { Type: [2, 5, 4, 17], Value: '12345' },
        { Type: [2, 5, 4, 10], Value: 'Org A' },
        { Type: [2, 5, 4, 11], Value: 'Unit' },
        { Type: [2, 5, 4, 3], Value: 'example.com' },
        { Type: [2, 5, 4, 5], Value: 'SN1' },
        { Type: [1, 2, 840, 113549, 1, 9, 1], Value: 'a@b.c' },
      ],
      Organization: ['Org A'],
      OrganizationalUnit: ['Unit'],
      PostalCode: ['12345'],
      Province: ['Bavaria'],
      SerialNumber: 'SN1',
      StreetAddress: ['Main 1'],
    },
    SubjectKeyId: 't6X4JT+XvfdtVbnTUHKNFPlJ0Gc=',
    URIs: [
      {
        ForceQuery: false,
        Fragment: '',
        Host: 'u.v',
        OmitHost: false,
        Opaque: '',
        Path: '/w',
        RawFragment: '',
        RawPath: '',
        RawQuery: '',
        Scheme: 'https',
        User: null,
      },
    ],
    UnhandledCriticalExtensions: null,
    UnknownExtKeyUsage: [[1, 2, 3, 4]],
    Version: 3,
  });
});

test('a request for a certificate decodes to the fields of Go', () => {
  const {
    Raw,
    RawTBSCertificateRequest,
    RawSubject,
    RawSubjectPublicKeyInfo,
    Signature,
    Extensions,
    Subject,
    PublicKey,
    ...rest
  } = decodeCertificate(REQUEST);
  assert.equal(Raw, REQUEST.split('\n').slice(1, -1).join(''));
  assert.ok(
    [RawTBSCertificateRequest, RawSubject, RawSubjectPublicKeyInfo, Signature].every(
      (part) => typeof part === 'string',
    ),
  );
  assert.equal(at(Subject, 'CommonName'), 'example.com');
  assert.deepEqual(at(Extensions, 1), { Id: [2, 5, 29, 15], Critical: true, Value: 'AwIBhg==' });
  assert.equal(at(PublicKey, 'E'), 65537);
  assert.deepEqual(rest, {
    Attributes: [
      {
        Type: [1, 2, 840, 113549, 1, 9, 14],
        Value: [
          [
            { Type: [2, 5, 29, 19], Value: true },
            { Type: [2, 5, 29, 15], Value: true },
            { Type: [2, 5, 29, 37], Value: 'MBkGCCsGAQUFBwMBBggrBgEFBQcDAgYDKgME' },
            {
              Type: [2, 5, 29, 17],
              Value: 'MESCDWEuZXhhbXBsZS5jb22CBSouYi5jhwQKAAABhxAAAAAAAAAAAAAAAAAAAAABgQV4QHkueoYNaHR0cHM6Ly91LnYvdw==',
            },
            { Type: [2, 5, 29, 14], Value: 'BBS3pfglP5e9921VudNQco0U+UnQZw==' },
            { Type: [2, 5, 29, 31], Value: 'MBowGKAWoBSGEmh0dHA6Ly9jcmwueC95LmNybA==' },
            {
              Type: [1, 3, 6, 1, 5, 5, 7, 1, 1],
              Value: 'MDwwGgYIKwYBBQUHMAGGDmh0dHA6Ly9vY3NwLngvMB4GCCsGAQUFBzAChhJodHRwOi8vY2EueC9jYS5jcnQ=',
            },
            { Type: [2, 5, 29, 32], Value: 'MBIwBgYEKgMEBTAIBgZngQwBAgE=' },
            { Type: [2, 5, 29, 30], Value: true },
          ],
        ],
      },
    ],
    DNSNames: ['a.example.com', '*.b.c'],
    EmailAddresses: ['x@y.z'],
    ExtraExtensions: null,
    IPAddresses: ['10.0.0.1', '::1'],
    PublicKeyAlgorithm: 1,
    SignatureAlgorithm: 4,
    URIs: [
      {
        ForceQuery: false,
        Fragment: '',
        Host: 'u.v',
        OmitHost: false,
        Opaque: '',
        Path: '/w',
        RawFragment: '',
        RawPath: '',
        RawQuery: '',
        Scheme: 'https',
        User: null,
      },
    ],
    Version: 0,
  });
});

test('what is no RSA certificate is an error', () => {
  const body = CERTIFICATE.split('\n').slice(1, -1);
  const pem = (type: string, lines: readonly string[]): string =>
    `-----BEGIN ${type}-----\n${lines.join('\n')}\n-----END ${type}-----`;
  const refused: readonly (readonly [string, string | RegExp])[] = [
    ['', 'failed to decode PEM block'],
    ['-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----', 'failed to decode PEM block'],
    [ELLIPTIC, 'certificate should use rsa algorithm'],
    [pem('PUBLIC KEY', body), 'PEM block neither contains a CERTIFICATE or CERTIFICATE REQUEST'],
    [pem('CERTIFICATE', ['aGk=']), 'x509: malformed certificate'],
    [pem('CERTIFICATE', body.slice(0, 4)), /^x509: malformed/],
  ];
  for (const [text, message] of refused) {
    assert.throws(() => decodeCertificate(text), { name: 'EvaluationError', message }, text.slice(0, 80));
  }
});

function at(value: Json | undefined, key: string | number): Json | undefined {
  if (Array.isArray(value)) return value[Number(key)] as Json;
  return isObject(value) ? value[key] : undefined;
}
