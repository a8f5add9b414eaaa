import type { JsonObject } from './json.ts';

/** Who made a signature: a key, or the holder of a certificate that an authority issued for an identity. */
export interface ImageSigner {
  /** PEM of the public key that the signature verifies with. */
  readonly key?: string;
  /** PEM of the certificate that the signature verifies with. */
  readonly certificate?: string;
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
}

/** A signed statement about an image. */
export interface ImageStatement extends ImageSigner {
  /** Predicate type, e.g. `https://slsa.dev/provenance/v0.2`. */
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
