// What `require('saddlepoint')` finds on a Node that cannot require an ES module: what to do, in place of Node's error.
const wanted = 'Node 22.12 or newer, or 20.19 or newer of Node 20';
throw new Error(
  `saddlepoint is an ES module, which require() loads on ${wanted}; this is ${process.versions.node}. ` +
    "Use `const saddlepoint = await import('saddlepoint')`, or a newer Node.",
);
