/**
 * A web server that evaluates a network while it answers others: work of minutes lets the event loop breathe between two
 * batches.
 *
 *   node examples/web-server.mjs <model> <data set> [folder of the data set]
 *
 *   curl 'localhost:8080/robust-error?epsilon=8/255&examples=50'
 */
import { createServer } from 'node:http';
import { autoAttack, loadDataset, loadModel } from 'saddlepoint';

const [weights, name, folder] = process.argv.slice(2);
const { model, description } = loadModel(weights);
const { test } = loadDataset(name, folder);

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const answer = (status, content) => response.writeHead(status).end(`${JSON.stringify(content)}\n`);
  if (pathname !== '/robust-error') return answer(200, { alive: true });
  const gone = new AbortController();
  response.once('close', () => gone.abort()); // nobody waits any more
  try {
    const { robustError, cleanError } = await autoAttack(model, test, {
      epsilon: searchParams.get('epsilon') ?? '8/255',
      examples: Number(searchParams.get('examples') ?? 20),
      order: 'sampled',
      batchSize: 10,
      description,
      signal: gone.signal,
    });
    return answer(200, { cleanError, robustError });
  } catch (error) {
    return answer(error.code === 'ARGUMENT' ? 400 : 500, { error: error.message });
  }
});
server.listen(Number(process.env.PORT ?? 8080), () => console.log(`listening on port ${server.address().port}`));
