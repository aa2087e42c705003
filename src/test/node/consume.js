'use strict';

// node consume.js --bootstrap HOST:PORT --registry URL --topic tagged-queries [--count N] [--seconds N]
//                 [--client kafkajs|confluent]
//
// Reads the first N records (1 unless told) of a topic and prints each as a line {"key", "headers", "timestamp",
// "value"}. Fails when they have not come within the time (30 s unless told).

const { randomUUID } = require('node:crypto');
const open = require('./arguments');

const textOf = (bytes) => (bytes === null ? null : bytes.toString('utf8'));

const main = async () => {
  const { kafka, codec, topic, count, seconds } = open({
    count: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '30' },
  });
  const wanted = Number(count);
  const consumer = kafka.consumer({ groupId: `tagweir-node-${randomUUID()}`, maxWaitTimeInMs: 100 });
  let seen = 0;
  let timer;
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  try {
    await new Promise((resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`${seen} of ${wanted} records came within ${seconds} s`)),
        Number(seconds) * 1000,
      );
      const eachMessage = async ({ message }) => {
        if (seen >= wanted) {
          return;
        }
        try {
          const headers = Object.entries(message.headers).map(([name, bytes]) => [name, textOf(bytes)]);
          console.log(
            JSON.stringify({
              key: textOf(message.key),
              headers: Object.fromEntries(headers),
              timestamp: Number(message.timestamp),
              value: await codec.decode(topic, message.value),
            }),
          );
        } catch (failure) {
          reject(failure);
          return;
        }
        seen += 1;
        if (seen === wanted) {
          resolve();
        }
      };
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      consumer.run({ eachMessage }).catch(reject);
    });
  } finally {
    clearTimeout(timer);
    await consumer.disconnect();
  }
};

main().catch((failure) => {
  console.error(failure);
  process.exit(1);
});
