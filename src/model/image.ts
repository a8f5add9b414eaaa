import type { JsonObject } from './json.ts';

/** How signatures are stored: beside the image as Cosign does, as Sigstore bundles, or as Notary Project signatures. */
export const IMAGE_FORMATS = ['Cosign', 'SigstoreBundle', 'Notary'] as const;

/** Hashes that signatures may be made over. */
export const SIGNATURE_HASHES = ['sha224', 'sha256', 'sha384', 'sha512'] as const;

/** Who made a signature: a key, or the holder of a certificate that an authority issued for an identity. */
export interface ImageSigner {
  /** PEM of the public key that the signature verifies with. */
  readonly key?: string;
  /** PEM of the certificate that the signature verifies with, which stands beside the signature. */
  readonly certificate?: string;
  /** PEM of the certificates above `certificate`, up to the root, that stand beside the signature. */
  readonly chain?: string;
  /** URI of the key in a key management service. */
  readonly kms?: string;
  /** An identity that a certificate of Sigstore's public authority names. */
  readonly identity?: {
    readonly issuer: string;
    readonly subject: string;
    /** e.g. `githubWorkflowTrigger`. */
    readonly extensions: Readonly<Record<string, string>>;
  };
  readonly annotations: Readonly<Record<string, string>>;
  /** Is it in the transparency log? */
  readonly logged: boolean;
  /** Since when, in milliseconds since 1970; absent: in time. */
  readonly loggedAt?: number;
  readonly hash: (typeof SIGNATURE_HASHES)[number];
  /** The digest that was signed, where it is not that of the image. */
  readonly digest?: string;
  readonly format: (typeof IMAGE_FORMATS)[number];
}

/** A signed statement about an image. */
export interface ImageStatement extends ImageSigner {
  /** Predicate type, e.g. `https://slsa.dev/provenance/v0.2`; the artifact type of a Notary attestation. */
  readonly type: string;
  readonly predicate: JsonObject;
}

/** What a registry holds about an image. A part that is absent is not known, which is different from empty. */
export interface ImageRecord {
  /** As Kyverno writes it, e.g. `ghcr.io/org/app:v1`. */
  readonly reference: string;
  readonly digest?: string;
  readonly manifest?: JsonObject;
  readonly config?: JsonObject;
  readonly signatures?: readonly ImageSigner[];
  readonly attestations?: readonly ImageStatement[];
}
