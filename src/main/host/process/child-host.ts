import { fork, type ChildProcess } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { EspalierError, reasonOf } from '@shared/errors';
import { Peer, type Port, type RawHandler } from '@shared/rpc';
import { Aside, type AsideTimes } from './aside';
import { inBackground } from './background';

/** How a child ended: by itself, by a fault, or because it was told to. */
export type Ending = { readonly kind: 'exit' } | { readonly kind: 'crash'; readonly reason: string } | { readonly kind: 'kill' };

export interface ChildOptions {
  readonly name: 'library' | 'engine';
  readonly script: string;
  /** Called once, when the process has ended and everything pending has been rejected. */
  readonly onEnd: (ending: Ending) => void;
  readonly onLog: (line: string) => void;
  readonly env?: Readonly<Record<string, string>>;
  /** Leaves the processor to everything else that wants it. */
  readonly background?: boolean;
  /** How long it steps aside, if it does: only one in the background can. */
  readonly aside?: AsideTimes | undefined;
  readonly handler?: RawHandler;
}

/**
 * A child process and the port to it. Native code (SQLite, TensorFlow, image codecs) lives in such children,
 * so that its faults end a child and not the window.
 */
export class Child {
  readonly peer: Peer;
  readonly #process: ChildProcess;
  readonly #aside: Aside | null;
  #killed = false;

  constructor(options: ChildOptions) {
    const { program, env } = nodeProgram(options.env);
    const { prefix, endsWithParent } = options.background ? inBackground() : { prefix: [], endsWithParent: false };
    const [execPath = program, ...execArgv] = [...prefix, program];
    const child = fork(options.script, [], {
      execPath,
      execArgv,
      env,
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#process = child;
    if (options.background && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    // One that is frozen cannot notice that its parent has gone, so it must end with it all the same.
    this.#aside = options.aside && endsWithParent ? this.#steppingAside(options.aside) : null;
    this.peer = new Peer(
      portOf(child, () => this.#aside?.over()),
      options.handler ?? null,
    );
    let tail = '';
    const log = (chunk: Buffer): void => {
      const text = chunk.toString();
      tail = (tail + text).slice(-2000);
      for (const line of text.split('\n')) if (line.trim()) options.onLog(`${options.name}: ${line}`);
    };
    child.stdout?.on('data', log);
    child.stderr?.on('data', log);
    let ended = false;
    const end = (ending: Ending): void => {
      if (ended) return;
      ended = true;
      const reason = ending.kind === 'crash' ? ending.reason : ending.kind;
      this.peer.close(new EspalierError('CHILD_EXITED', { child: options.name, reason }, { cause: tail }));
      options.onEnd(ending);
    };
    child.on('error', (error) => end({ kind: 'crash', reason: reasonOf(error) }));
    child.on('exit', (code, signal) => {
      this.#aside?.over();
      if (this.#killed) end({ kind: 'kill' });
      else if (code === 0) end({ kind: 'exit' });
      else end({ kind: 'crash', reason: signal ?? `exit code ${code}` });
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /**
   * Has the process do nothing from the beginning of a gesture (`active`) until a moment after its end. What it says meanwhile comes
   * later; whatever it is asked meanwhile makes it go on at once. Nothing happens with one that was started without `aside`.
   */
  stepAside(active: boolean): void {
    if (active) this.#aside?.begin();
    else this.#aside?.end();
  }

  /** Ends the process now. */
  kill(): void {
    this.#killed = true;
    this.#aside?.over();
    this.#process.kill('SIGKILL');
  }

  /** Lets the process end by itself: it exits when its parent is gone. */
  disconnect(): Promise<void> {
    this.#killed = true;
    this.#aside?.over();
    return new Promise((resolve) => {
      if (this.#process.exitCode !== null || this.#process.signalCode !== null) return resolve();
      this.#process.once('exit', () => resolve());
      if (this.#process.connected) this.#process.disconnect();
    });
  }

  #steppingAside(times: AsideTimes): Aside {
    const child = this.#process;
    // Only one that has spoken has surely become the program, which ends with its parent.
    let spoken = false;
    child.once('message', () => (spoken = true));
    return new Aside(
      times,
      () => spoken && child.kill('SIGSTOP'),
      () => child.kill('SIGCONT'),
    );
  }
}

/**
 * Which Node runs the children: the one set-up provided, or the Node we are. Either may be an Electron, which is a Node only when told to be;
 * a plain one does not look at that. What the environment asks of Node is not for them, as the window's own Electron does not listen to it.
 */
function nodeProgram(extra: Readonly<Record<string, string>> = {}): { program: string; env: NodeJS.ProcessEnv } {
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_OPTIONS: undefined, ELECTRON_RUN_AS_NODE: '1', ...extra };
  return { program: process.env.ESPALIER_NODE ?? process.execPath, env };
}

function portOf(child: ChildProcess, beforePost: () => void): Port {
  return {
    post: (message) => {
      beforePost();
      // A child that ended between two messages is reported by its exit; the error of a late write adds nothing.
      if (child.connected) child.send(message as object, () => undefined);
    },
    onMessage: (listener) => {
      child.on('message', listener);
    },
  };
}
