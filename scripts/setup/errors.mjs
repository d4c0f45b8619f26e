/** A failure the user can act on: one sentence that ends with the remedy. */
export class SetupError extends Error {
  /**
   * @param {string} message one plain sentence with the remedy
   * @param {string} [details] output of the program that failed, kept for the log
   */
  constructor(message, details = '') {
    super(message);
    this.name = 'SetupError';
    this.details = details;
  }
}

/**
 * The text of anything thrown.
 * @param {unknown} error
 * @returns {string}
 */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
