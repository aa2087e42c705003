'use strict';

// node produce.js --bootstrap HOST:PORT --registry URL --topic queries --schema FILE.avsc [--client kafkajs|confluent]
//
// Each line of stdin is a record: {"key": "…" or null, "headers": {"name": "text"}, "timestamp": ms, "value": {…}},
// where all but the value may be left out. Prints a line {"partition", "offset"} for each once the broker has it.

const { readFileSync } = require('node:fs');
const { createInterface } = require('node:readline');
const open = require('./arguments');

const main = async () => {
  const { kafka, codec, topic, schema } = open({ schema: { type: 'string' } });
  const text = readFileSync(schema, 'utf8');
  const producer = kafka.producer();
  await producer.connect();
  try {
    for await (const line of createInterface({ input: process.stdin })) {
      const { key = null, headers, timestamp, value } = JSON.parse(line);
      const [{ partition, baseOffset }] = await producer.send({
        topic,
        acks: -1,
        messages: [
          {
            key,
            headers,
            timestamp: timestamp === undefined ? undefined : String(timestamp),
            value: await codec.encode(topic, text, value),
          },
        ],
      });
      console.log(JSON.stringify({ partition, offset: Number(baseOffset) }));
    }
  } finally {
    await producer.disconnect();
  }
};

main().catch((failure) => {
  console.error(failure);
  process.exit(1);
});
