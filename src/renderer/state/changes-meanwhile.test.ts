import { expect, it } from 'vitest';
import { ChangesMeanwhile } from './changes-meanwhile';

interface Row {
  readonly id: number;
  readonly reviewed: boolean;
}

it('a row that changes while it is fetched comes as it is now, however late the answer', async () => {
  const meanwhile = new ChangesMeanwhile<Row>();
  const answers: ((rows: Row[]) => void)[] = [];
  const fetch = (): ReturnType<typeof meanwhile.during<Row[]>> =>
    meanwhile.during(
      () => new Promise<Row[]>((resolve) => answers.push(resolve)),
      (rows) => rows,
    );
  const stale = [1, 2].map((id) => ({ id, reviewed: true }));
  const first = fetch();
  meanwhile.note({ id: 2, reviewed: false });
  const second = fetch();
  answers[0]!(stale);
  expect((await first).rows).toEqual([
    { id: 1, reviewed: true },
    { id: 2, reviewed: false },
  ]);
  // What was asked after the change needs none of it.
  answers[1]!(stale);
  expect((await second).rows).toEqual(stale);
});

it('goes on after a fetch that failed', async () => {
  const meanwhile = new ChangesMeanwhile<Row>();
  const rowsOf = (rows: Row[]): Row[] => rows;
  await expect(meanwhile.during(() => Promise.reject(new Error('lost')), rowsOf)).rejects.toThrow('lost');
  meanwhile.note({ id: 1, reviewed: false });
  expect((await meanwhile.during(() => Promise.resolve([{ id: 1, reviewed: true }]), rowsOf)).rows).toEqual([{ id: 1, reviewed: true }]);
});
