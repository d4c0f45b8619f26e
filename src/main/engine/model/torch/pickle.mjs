/**
 * A reader for the few pickle instructions that files of tensors consist of.
 *
 * A pickle is a program for a small stack machine, and Python's own reader lets that program import and call anything.
 * This one imports nothing: a name in the file can only select from the table of constructors that the caller passes,
 * and every instruction outside the list below ends the reading. Nothing from the file is executed.
 */

/** The file is not what it claims to be, or asks for something that is not allowed. */
export class PickleError extends Error {}

/** The file wants something imported and run. */
export class ForbiddenError extends PickleError {
  /** What it asks for, as Python would write it. */
  what;

  /** @param {string} what */
  constructor(what) {
    super(`the pickle asks for ${what}, which is not allowed`);
    this.what = what;
  }
}

/**
 * @typedef {(args: unknown[]) => unknown} Constructor
 * @typedef {object} PickleOptions
 * @property {Record<string, Constructor>} constructors by `module name`, as the file writes it
 * @property {(id: unknown) => unknown} [resolve] turns a persistent id (a reference out of the pickle) into a value
 */

/** Instructions of a pickle at most: a byte of a file can make an object of hundreds. A state dict of a thousand tensors has 50,000. */
const MAX_STEPS = 500_000;

/** Stands on the stack where a group of items begins. */
const MARK = Symbol('mark');

/** A name from the file, checked against the table. */
class Global {
  /** `module name`, as the file writes it. */
  name;
  /** What a call of it makes. */
  construct;

  /**
   * @param {string} name
   * @param {Constructor} construct
   */
  constructor(name, construct) {
    this.name = name;
    this.construct = construct;
  }
}

/**
 * The name behind a value that a pickle uses as a name only, such as a tensor's storage class.
 * @param {unknown} value
 * @returns {string} `module name`, empty when it is not a name
 */
export function nameOf(value) {
  return value instanceof Global ? value.name : '';
}

/**
 * Reads one pickle. Dictionaries become Maps (so no key can touch a prototype), lists and tuples become arrays,
 * integers beyond 2^53 become BigInts.
 * @param {Uint8Array} bytes
 * @param {number} start
 * @param {PickleOptions} options
 * @returns {{ value: unknown, end: number }} `end`: offset of the first byte after the pickle
 * @throws {PickleError}
 */
export function readPickle(bytes, start, options) {
  try {
    return new Machine(bytes, start, options).run();
  } catch (error) {
    if (error instanceof RangeError) throw new PickleError('the file ends in the middle of a pickle');
    throw error;
  }
}

class Machine {
  /** @type {unknown[]} */
  #stack = [];
  /** @type {Map<number, unknown>} */
  #memo = new Map();
  #bytes;
  #view;
  #at;
  #options;

  /**
   * @param {Uint8Array} bytes
   * @param {number} start
   * @param {PickleOptions} options
   */
  constructor(bytes, start, options) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#options = options;
  }

  /** @returns {{ value: unknown, end: number }} */
  run() {
    for (let steps = 0; steps < MAX_STEPS; steps += 1) {
      const opcode = String.fromCharCode(this.#uint8());
      if (opcode === '.') return { value: this.#pop(), end: this.#at };
      this.#step(opcode);
    }
    throw new PickleError('it holds far more than a dictionary of tensors');
  }

  /** @param {string} opcode one instruction, by its name in Python's `pickletools` */
  #step(opcode) {
    const stack = this.#stack;
    switch (opcode) {
      case '\x80': // PROTO
        if (this.#uint8() > 5) throw new PickleError('the pickle is of an unknown protocol');
        return;
      case '\x95': // FRAME
        this.#skip(8);
        return;
      case '(': // MARK
        stack.push(MARK);
        return;
      case 'N': // NONE
        stack.push(null);
        return;
      case '\x88': // NEWTRUE
        stack.push(true);
        return;
      case '\x89': // NEWFALSE
        stack.push(false);
        return;
      case 'K': // BININT1
        stack.push(this.#uint8());
        return;
      case 'M': // BININT2
        stack.push(this.#view.getUint16(this.#skip(2), true));
        return;
      case 'J': // BININT
        stack.push(this.#view.getInt32(this.#skip(4), true));
        return;
      case '\x8a': // LONG1
        stack.push(this.#long(this.#uint8()));
        return;
      case 'G': // BINFLOAT
        stack.push(this.#view.getFloat64(this.#skip(8), false));
        return;
      case 'X': // BINUNICODE
        stack.push(this.#text(this.#uint32()));
        return;
      case '\x8c': // SHORT_BINUNICODE
        stack.push(this.#text(this.#uint8()));
        return;
      case '}': // EMPTY_DICT
        stack.push(new Map());
        return;
      case ']': // EMPTY_LIST
      case ')': // EMPTY_TUPLE
        stack.push([]);
        return;
      case 't': // TUPLE
        stack.push(this.#popGroup());
        return;
      case '\x85': // TUPLE1
      case '\x86': // TUPLE2
      case '\x87': // TUPLE3
        stack.push(this.#popMany(opcode.charCodeAt(0) - 0x84));
        return;
      case 'a': // APPEND
        this.#append(this.#popMany(1));
        return;
      case 'e': // APPENDS
        this.#append(this.#popGroup());
        return;
      case 's': // SETITEM
        this.#setItems(this.#popMany(2));
        return;
      case 'u': // SETITEMS
        this.#setItems(this.#popGroup());
        return;
      case 'q': // BINPUT
        this.#memo.set(this.#uint8(), this.#top());
        return;
      case 'r': // LONG_BINPUT
        this.#memo.set(this.#uint32(), this.#top());
        return;
      case '\x94': // MEMOIZE
        this.#memo.set(this.#memo.size, this.#top());
        return;
      case 'h': // BINGET
        stack.push(this.#recall(this.#uint8()));
        return;
      case 'j': // LONG_BINGET
        stack.push(this.#recall(this.#uint32()));
        return;
      case 'c': // GLOBAL
        stack.push(this.#global(this.#line(), this.#line()));
        return;
      case '\x93': {
        // STACK_GLOBAL
        const [module, name] = this.#popMany(2);
        stack.push(this.#global(String(module), String(name)));
        return;
      }
      case 'R': // REDUCE
        this.#reduce();
        return;
      case 'b': // BUILD: attributes of a dictionary, which say nothing about its tensors
        this.#pop();
        if (!(this.#top() instanceof Map)) throw new PickleError('the pickle sets the attributes of an object');
        return;
      case 'Q': // BINPERSID
        if (!this.#options.resolve) throw new PickleError('the pickle refers to data outside itself');
        stack.push(this.#options.resolve(this.#pop()));
        return;
      default:
        throw new PickleError(`the pickle holds an instruction that is not allowed (0x${opcode.charCodeAt(0).toString(16)})`);
    }
  }

  #reduce() {
    const [callee, args] = this.#popMany(2);
    if (!(callee instanceof Global) || !Array.isArray(args)) throw new PickleError('the pickle calls something that is not a constructor');
    this.#stack.push(callee.construct(args));
  }

  /**
   * @param {string} module
   * @param {string} name
   * @returns {Global}
   */
  #global(module, name) {
    const key = `${module} ${name}`;
    const { constructors } = this.#options;
    if (!Object.hasOwn(constructors, key)) throw new ForbiddenError(`${module}.${name}`);
    return new Global(key, constructors[key]);
  }

  /** @param {unknown[]} items */
  #append(items) {
    const list = this.#top();
    if (!Array.isArray(list)) throw new PickleError('the pickle appends to something that is not a list');
    for (const item of items) list.push(item);
  }

  /** @param {unknown[]} items keys and values in turn */
  #setItems(items) {
    const map = this.#top();
    if (!(map instanceof Map) || items.length % 2 !== 0) throw new PickleError('the pickle fills something that is not a dictionary');
    for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
  }

  /** @returns {unknown} */
  #top() {
    const value = this.#stack.at(-1);
    if (this.#stack.length === 0 || value === MARK) throw new PickleError('the pickle is damaged');
    return value;
  }

  /** @returns {unknown} */
  #pop() {
    const value = this.#top();
    this.#stack.pop();
    return value;
  }

  /**
   * @param {number} count
   * @returns {unknown[]} in the order they were pushed
   */
  #popMany(count) {
    return Array.from({ length: count }, () => this.#pop()).reverse();
  }

  /** @returns {unknown[]} everything above the last mark, which goes too */
  #popGroup() {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw new PickleError('the pickle is damaged');
    const items = this.#stack.splice(mark);
    return items.slice(1);
  }

  /**
   * @param {number} index
   * @returns {unknown}
   */
  #recall(index) {
    if (!this.#memo.has(index)) throw new PickleError('the pickle is damaged');
    return this.#memo.get(index);
  }

  /**
   * @param {number} count
   * @returns {number} offset of the bytes that were skipped
   */
  #skip(count) {
    const at = this.#at;
    if (at + count > this.#bytes.length) throw new RangeError('end of file');
    this.#at += count;
    return at;
  }

  /** @returns {number} */
  #uint8() {
    return this.#view.getUint8(this.#skip(1));
  }

  /** @returns {number} */
  #uint32() {
    return this.#view.getUint32(this.#skip(4), true);
  }

  /**
   * @param {number} length
   * @returns {string}
   */
  #text(length) {
    const at = this.#skip(length);
    return new TextDecoder().decode(this.#bytes.subarray(at, at + length));
  }

  /** @returns {string} up to the next line feed */
  #line() {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) throw new RangeError('end of file');
    const text = this.#text(end - this.#at);
    this.#skip(1);
    return text;
  }

  /**
   * @param {number} length bytes of a little-endian two's complement integer
   * @returns {number | bigint}
   */
  #long(length) {
    const at = this.#skip(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i -= 1) value = (value << 8n) | BigInt(this.#bytes[at + i]);
    value = BigInt.asIntN(length * 8, value);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
}
