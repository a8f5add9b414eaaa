import { resolve } from 'node:path';
import { cleanCluster } from '../../lanes/cluster/clean.ts';
import type { ClusterChoice } from '../../lanes/cluster/connection.ts';
import { ownContainers } from '../../lanes/cluster/containers.ts';
import { removeUnusedK3s, startK3s } from '../../lanes/cluster/k3s.ts';
import { pinnedClusters, referenceCluster } from '../../lanes/cluster/pins.ts';
import { clusterStatus } from '../../lanes/cluster/status.ts';
import { ClusterTroubleError, troubleText } from '../../lanes/cluster/trouble.ts';
import { didYouMean, InputError } from '../../model/failure.ts';
import { EXIT, EXIT_CODE_HELP } from '../../report/exit-code.ts';
import { namedCluster, ownCluster } from '../cluster-source.ts';
import type { Command, Io } from '../command.ts';
import { onInterrupt } from '../interrupt.ts';
import { parseOptions } from '../options.ts';
import { readSettings, type SettingValues, settingsRoot } from '../settings.ts';

const OPTIONS = {
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  cluster: { type: 'string' },
  'k3s-image': { type: 'string' },
  'kyverno-manifest': { type: 'string' },
  images: { type: 'string' },
  registry: { type: 'string' },
} as const;

const USAGE = `Usage: kyverdict cluster up|status|down|clean [OPTIONS]

  up      start k3s with Kyverno in a container and leave it running for \`kyverdict run --reuse\`
  status  what runs: containers of ours, or the cluster that is named and what of ours is in it
  down    remove the containers that \`up\` and \`run --reuse\` left, and those of runs that were killed
  clean   remove everything of ours from the cluster that is named: policies, namespaces, objects of runs that
          did not end

Options of status and clean:
  --kubeconfig FILE  a cluster that exists
  --context NAME     the context in it

Options of up:
  --cluster NAME     one of
${pinnedClusters.map(({ name, kubernetes, kyverno }) => `                       ${name}  Kubernetes ${kubernetes}, Kyverno ${kyverno}${name === referenceCluster ? ' (default)' : ''}`).join('\n')}
  --k3s-image IMAGE, --kyverno-manifest FILE|URL
                     instead of the pinned ones
  --images DIR       image tarballs to import; then nothing is pulled inside
  --registry PREFIX  put before image names

Settings may also come from the environment (KYVERDICT_KUBECONFIG and so on) and from kyverdict.yaml.

${EXIT_CODE_HELP}
`;

const ACTIONS = { up, status, down, clean } as const;

/** `kyverdict cluster`: clusters of our own, and what is left in those of others. */
export const clusterCommand: Command = {
  name: 'cluster',
  summary: 'start, look at, remove or clean clusters to test on',
  usage: USAGE,
  async run(args: readonly string[], io: Io): Promise<number> {
    const { values, positionals } = parseOptions(args, OPTIONS);
    const action = actionOf(positionals);
    const cwd = resolve(io.cwd);
    const settings = readSettings({ flags: values, env: io.env, cwd, root: settingsRoot(cwd) });
    try {
      return await action(settings, io);
    } catch (error) {
      if (!(error instanceof ClusterTroubleError)) throw error;
      io.stderr.write(`error: ${troubleText(error)}\n`);
      return EXIT.noAnswer;
    }
  },
};

function actionOf([name, ...more]: readonly string[]): (settings: SettingValues, io: Io) => Promise<number> {
  const names = Object.keys(ACTIONS);
  const found = Object.entries(ACTIONS).find(([action]) => action === name);
  if (found !== undefined && more.length === 0) return found[1];
  const meant = name === undefined ? undefined : didYouMean(name, names);
  throw new InputError({
    code: 'unknown-action',
    message: name === undefined ? 'say what to do' : `\`${[name, ...more].join(' ')}\` is nothing to do with a cluster`,
    hint: meant === undefined || more.length > 0 ? `write one of ${names.join(', ')}` : `did you mean \`${meant}\`?`,
  });
}

function sayTo(io: Io): (text: string) => void {
  return (text) => void io.stderr.write(`${text}\n`);
}

async function up(settings: SettingValues, io: Io): Promise<number> {
  const stopping = new AbortController();
  const starting = startK3s({ ...ownCluster(settings, sayTo(io), stopping.signal), reuse: true });
  using _signals = onInterrupt(async () => {
    stopping.abort();
    await starting.catch(() => undefined);
  }, sayTo(io));
  const { choice, containerId } = await starting;
  io.stdout.write(
    [
      `running in the container ${containerId.slice(0, 12)}`,
      'use it: kyverdict run --lane both --reuse',
      `or: --kubeconfig ${choice.kubeconfig} --context ${choice.context}`,
      'remove it: kyverdict cluster down',
      '',
    ].join('\n'),
  );
  return EXIT.asExpected;
}

async function status(settings: SettingValues, io: Io): Promise<number> {
  const choice = namedCluster(settings);
  if (choice === undefined) {
    const containers = await ownContainers();
    if (containers.length === 0) io.stdout.write('no containers of ours\n');
    for (const { id, cluster, image, state } of containers)
      io.stdout.write(`${id.slice(0, 12)}  ${state}  ${cluster}  ${image}\n`);
    return EXIT.asExpected;
  }
  const { server, versions, kyvernoTrouble, holder, ours } = await clusterStatus(choice);
  const kyverno = versions.kyverno === 'unknown' ? 'of unknown version, outside the cluster' : versions.kyverno;
  io.stdout.write(
    [
      `${server}: Kubernetes ${versions.kubernetes}, Kyverno ${kyverno}`,
      kyvernoTrouble === undefined ? 'Kyverno answers' : `Kyverno does not answer: ${kyvernoTrouble}`,
      holder === undefined ? 'no run holds it' : `the run ${holder} holds it, or did not end`,
      ours.length === 0 ? 'nothing of ours is in it' : `of ours:\n${ours.map((path) => `  ${path}`).join('\n')}`,
      '',
    ].join('\n'),
  );
  return kyvernoTrouble === undefined ? EXIT.asExpected : EXIT.noAnswer;
}

async function down(_settings: SettingValues, io: Io): Promise<number> {
  const containers = await removeUnusedK3s();
  for (const { id, cluster, inUse } of containers) {
    io.stdout.write(`${inUse ? 'a run is at work in' : 'removed'} ${id.slice(0, 12)} (${cluster})\n`);
  }
  if (containers.length === 0) io.stdout.write('no containers of ours\n');
  return EXIT.asExpected;
}

async function clean(settings: SettingValues, io: Io): Promise<number> {
  const removed = await cleanCluster({ choice: requireNamed(settings), say: sayTo(io), now: () => Date.now() });
  for (const path of removed) io.stdout.write(`removed ${path}\n`);
  io.stdout.write(removed.length === 0 ? 'nothing of ours was there\n' : 'clean\n');
  return EXIT.asExpected;
}

function requireNamed(settings: SettingValues): ClusterChoice {
  const choice = namedCluster(settings);
  if (choice !== undefined) return choice;
  throw new InputError({
    code: 'no-cluster',
    message: 'no cluster is named',
    hint: 'add --kubeconfig FILE --context NAME; for containers use `kyverdict cluster down`',
  });
}
