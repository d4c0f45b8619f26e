/** Records that change while rows are being fetched, whose answer may have been written before: the change is the newer one. */
export class ChangesMeanwhile<T extends { readonly id: number }> {
  readonly #underWay = new Set<Map<number, T>>();

  /** A record has changed. */
  note(record: T): void {
    for (const changes of this.#underWay) changes.set(record.id, record);
  }

  /** Fetches rows; those that changed meanwhile come as they are now. @param rowsOf the rows of an answer */
  async during<A>(fetch: () => Promise<A>, rowsOf: (answer: A) => readonly T[]): Promise<{ answer: A; rows: T[] }> {
    const changes = new Map<number, T>();
    this.#underWay.add(changes);
    try {
      const answer = await fetch();
      return { answer, rows: rowsOf(answer).map((row) => changes.get(row.id) ?? row) };
    } finally {
      this.#underWay.delete(changes);
    }
  }
}
