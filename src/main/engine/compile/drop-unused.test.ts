import { expect, test } from 'vitest';
import { dropUnused } from './drop-unused';
import { Graph } from './graph';

test('keeps what leads to a fetched node, and all inputs; a read that nobody uses is not waited for', () => {
  const graph = new Graph();
  const handle = graph.add('variable', 'VarHandleOp', [], {});
  const unread = graph.add('unread', 'ReadVariableOp', [handle], {});
  const read = graph.add('read', 'ReadVariableOp', [handle], {});
  const input = graph.add('input', 'Placeholder', [], {});
  graph.add('ignored', 'Placeholder', [], {});
  graph.add('nowhere', 'Relu', [read], {});
  const doubled = graph.add('doubled', 'Add', [read, input], {});
  const assign = graph.add('assign', 'AssignVariableOp', [handle, doubled], {}, [read.node, unread.node]);
  graph.add('done', 'NoOp', [], {}, [assign.node]);
  dropUnused(graph.nodes, ['done']);
  expect(graph.nodes.map(({ name, after }) => [name, ...after])).toEqual([
    ['variable'],
    ['read'],
    ['input'],
    ['ignored'],
    ['doubled'],
    ['assign', 'read'],
    ['done', 'assign'],
  ]);
});
