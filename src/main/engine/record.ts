import { childPort } from '../host/process/child-port';
import { record } from './compile/record';
import { ProgramDescription, programOf } from './programs';
import { loadTensorFlow } from './process/tensorflow';
import { RecordRequest, type RecordReply } from './programs/open';

/**
 * Entry of the process that records one program and ends: recording takes memory that TensorFlow does not give back.
 */
const port = childPort();
port.onMessage((message) => {
  const { description, folder } = RecordRequest.parse(message);
  const reply = (answer: RecordReply): void => port.post(answer);
  loadTensorFlow()
    .then(() => record(programOf(ProgramDescription.parse(description)), folder))
    .then(() => reply({ error: null }))
    .catch((error: unknown) => reply({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }));
});
