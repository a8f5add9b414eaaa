import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { didYouMean, InputError } from '../../model/failure.ts';

/** Which cluster, as the user named it. */
export interface ClusterChoice {
  readonly kubeconfig: string;
  readonly context: string;
}

/** A way to talk to one API server. */
export interface Connection {
  /** e.g. `https://127.0.0.1:6443`, without a slash at the end. */
  readonly server: string;
  readonly context: string;
  /** Certificates and authorization of a request. */
  readonly authorize: (options: RequestOptions) => Promise<void>;
}

/**
 * Reads a kubeconfig and chooses the context that was named. Throws `InputError` when the file cannot be read or has
 * no such context; the current context of the file is never taken by itself.
 */
export function connect(choice: ClusterChoice): Connection {
  const config = new KubeConfig();
  try {
    config.loadFromString(readFileSync(choice.kubeconfig, 'utf8'));
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const why = missing ? 'there is no such file' : error instanceof Error ? error.message : String(error);
    const message = `the kubeconfig cannot be read: ${why}`;
    throw new InputError({ code: 'bad-kubeconfig', message, place: { file: choice.kubeconfig } });
  }
  const names = config.getContexts().map((context) => context.name);
  if (!names.includes(choice.context)) {
    const meant = didYouMean(choice.context, names);
    const hint = meant === undefined ? `it has: ${names.join(', ')}` : `did you mean \`${meant}\`?`;
    const message = `the kubeconfig has no context \`${choice.context}\``;
    throw new InputError({ code: 'unknown-context', message, place: { file: choice.kubeconfig }, hint });
  }
  config.setCurrentContext(choice.context);
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    const message = `the context \`${choice.context}\` names a cluster that the kubeconfig does not have`;
    throw new InputError({ code: 'bad-kubeconfig', message, place: { file: choice.kubeconfig } });
  }
  return {
    server: cluster.server.replace(/\/+$/, ''),
    context: choice.context,
    authorize: (options) => config.applyToHTTPSOptions(options),
  };
}
